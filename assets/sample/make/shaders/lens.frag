#version 330
// Lens and sensor: barrel distortion, blur by the camera's own turning, bloom, exposure, vignette,
// grain. Second output: the number of the object each output pixel shows.
uniform sampler2D light_map;
uniform sampler2D place_map;
uniform sampler2D bloom_near;
uniform sampler2D bloom_wide;
uniform mat4 earlier;       // view-projection of one exposure ago
uniform vec2 spread;
uniform vec2 edge;          // tangent at the middle of the picture's right edge, barrel strength
uniform float exposure;
uniform float frame;
uniform float grain;
in vec2 uv;
layout(location = 0) out vec4 out_picture;
layout(location = 1) out float out_object;

float hash(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.x + p.y) * p.z);
}

vec2 bend(vec2 at) {
    vec2 q = (at * 2.0 - 1.0) * vec2(1.0, 0.5625);
    float r2 = dot(q, q);
    vec2 t = q * edge.x * (1.0 + edge.y * r2) / (1.0 + edge.y);
    return t / spread * 0.5 + 0.5;
}

vec3 grain_at(vec2 cell, float f) {
    float y = hash(vec3(cell, f)) + hash(vec3(cell + 71.0, f)) - 1.0;
    vec2 c = vec2(hash(vec3(floor(cell / 2.0) + 13.0, f)), hash(vec3(floor(cell / 2.0) + 37.0, f)));
    return vec3(y, c - 0.5);
}

void main() {
    vec2 at = bend(uv);
    vec4 place = texture(place_map, at);
    vec2 drift = vec2(0.0);
    if (place.w > 0.0 && place.w < 100.0) {
        vec4 before = earlier * vec4(place.xyz, 1.0);
        if (before.w > 0.1) drift = clamp(before.xy / before.w * 0.5 + 0.5 - at, -0.03, 0.03);
    }
    vec3 light = vec3(0.0);
    vec2 texel = 1.0 / vec2(textureSize(light_map, 0));
    for (int i = 0; i < 6; i++) {
        vec2 shift = drift * (float(i) / 6.0) * 0.8;
        vec2 round_by = vec2(cos(float(i) * 1.0472 + 0.5), sin(float(i) * 1.0472 + 0.5));
        light += texture(light_map, at + shift + round_by * 0.62 * texel).rgb / 6.0;
    }
    light += texture(bloom_near, at).rgb * 0.22 + texture(bloom_wide, at).rgb * 0.16;
    vec2 q = (uv * 2.0 - 1.0) * vec2(1.0, 0.5625);
    float r2 = dot(q, q);
    light *= exposure * mix(1.0, 0.30, smoothstep(0.25, 1.35, r2));
    vec3 mapped = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14);
    vec3 picture = pow(clamp(mapped, 0.0, 1.0), vec3(1.0 / 2.2));
    float luma = dot(picture, vec3(0.2126, 0.7152, 0.0722));
    vec2 pixel = floor(uv * vec2(1280.0, 720.0));
    vec3 g = grain_at(floor(pixel / 2.0), frame) * 0.65 + grain_at(pixel + 500.0, frame) * 0.35;
    float amount = grain * mix(1.0, 0.35, smoothstep(0.0, 0.6, luma));
    picture += amount * (g.x + vec3(0.5, -0.15, -0.3) * g.y + vec3(-0.3, -0.1, 0.6) * g.z);
    picture = picture * 0.985 + vec3(0.010, 0.011, 0.014);
    out_picture = vec4(clamp(picture, 0.0, 1.0), 1.0);
    out_object = place.w >= 100.0 ? (place.w - 100.0) / 255.0 : place.w / 255.0;
}
