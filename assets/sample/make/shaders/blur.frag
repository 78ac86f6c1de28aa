#version 330
// One direction of a wide blur; the first pass also keeps only what is bright.
uniform sampler2D source;
uniform vec2 stride;
uniform float threshold;
in vec2 uv;
out vec4 out_light;

void main() {
    vec3 sum = vec3(0.0);
    float whole = 0.0;
    for (int i = -6; i <= 6; i++) {
        float w = exp(-float(i * i) / 12.0);
        vec3 c = texture(source, uv + stride * float(i)).rgb;
        c = min(c, vec3(24.0));
        sum += w * max(c - threshold, 0.0);
        whole += w;
    }
    out_light = vec4(sum / whole, 1.0);
}
