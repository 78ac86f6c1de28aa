#version 330
// Lights every pixel from the geometry buffers. Result is linear light, unbounded.
#define MAX_LIGHTS 28
uniform sampler2D colour_map;
uniform sampler2D normal_map;
uniform sampler2D place_map;
uniform sampler2D shadow_map;
uniform mat4 shadow_matrix;
uniform int lights;
uniform vec4 light_place[MAX_LIGHTS];   // xyz, w: 1 when the shadow map belongs to it
uniform vec4 light_colour[MAX_LIGHTS];  // rgb, w: radius that softens the near field
uniform vec4 light_cone[MAX_LIGHTS];    // direction, w: cosine of the outer edge (-1: all round)
uniform vec4 cars[8];                   // x, y, cosine and sine of the heading
uniform vec2 feet[3];
uniform vec3 eye;
uniform mat3 look;                      // camera axes to world: right, up, backward
uniform vec2 spread;                    // tangent of the half field of view
in vec2 uv;
out vec4 out_light;

float shadow(vec3 p) {
    vec4 q = shadow_matrix * vec4(p, 1.0);
    if (q.w <= 0.0) return 1.0;
    vec3 r = q.xyz / q.w * 0.5 + 0.5;
    if (any(lessThan(r.xy, vec2(0.0))) || any(greaterThan(r.xy, vec2(1.0)))) return 1.0;
    float lit = 0.0;
    vec2 step_size = 1.3 / vec2(textureSize(shadow_map, 0));
    for (int i = -1; i <= 1; i += 2)
        for (int j = -1; j <= 1; j += 2)
            lit += r.z - 0.0007 > texture(shadow_map, r.xy + vec2(i, j) * step_size).r ? 0.0 : 0.25;
    return lit;
}

float under(vec3 p) {
    float open = 1.0;
    if (p.z < 0.05) {
        for (int i = 0; i < 8; i++) {
            vec2 d = p.xy - cars[i].xy;
            vec2 q = vec2(d.x * cars[i].z + d.y * cars[i].w, -d.x * cars[i].w + d.y * cars[i].z);
            vec2 out_by = abs(q) - vec2(2.15, 0.78);
            float gap = length(max(out_by, 0.0)) + min(max(out_by.x, out_by.y), 0.0);
            open *= mix(0.12, 1.0, smoothstep(-0.25, 0.55, gap));
        }
        for (int i = 0; i < 3; i++)
            open *= mix(0.4, 1.0, smoothstep(0.08, 0.5, length(p.xy - feet[i])));
    }
    return open;
}

vec3 sky(vec3 ray) {
    float h = clamp(ray.z, 0.0, 1.0);
    vec3 c = mix(vec3(0.011, 0.0098, 0.0105), vec3(0.0022, 0.0030, 0.0056), smoothstep(0.0, 0.45, h));
    return c + vec3(0.017, 0.010, 0.005) * exp(-h * 9.0);
}

void main() {
    vec4 c = texture(colour_map, uv);
    vec4 n4 = texture(normal_map, uv);
    vec4 p4 = texture(place_map, uv);
    vec3 ray = normalize(look * vec3((uv * 2.0 - 1.0) * spread, -1.0));
    if (p4.w == 0.0) {
        out_light = vec4(sky(ray), 0.0);
        return;
    }
    vec3 p = p4.xyz;
    vec3 v = -ray;
    vec3 n = normalize(n4.xyz);
    if (dot(n, v) < 0.0) n = -n;
    bool reflective = n4.w < 0.0;
    float gloss = max(n4.w, 0.0);
    float power = mix(6.0, 220.0, gloss * gloss);
    float fresnel = 0.035 + 0.6 * pow(1.0 - max(dot(n, v), 0.0), 5.0);
    float open = under(p);
    vec3 sum = c.rgb * (vec3(0.012, 0.013, 0.018) + vec3(0.008) * n.z) * open;
    sum += sky(reflect(-v, n)) * fresnel * gloss * 0.9 * open;
    for (int i = 0; i < lights; i++) {
        vec3 to = light_place[i].xyz - p;
        float d2 = dot(to, to);
        vec3 l = to * inversesqrt(d2);
        float soft = light_colour[i].w;
        float fall = 1.0 / (d2 + soft * soft);
        float cone = 1.0;
        if (light_cone[i].w > -0.99) {
            float at = dot(-l, light_cone[i].xyz);
            cone = smoothstep(light_cone[i].w, mix(light_cone[i].w, 1.0, 0.75), at);
            cone *= cone;
        }
        float strength = fall * cone;
        if (strength < 0.0004) continue;
        if (light_place[i].w > 0.5) strength *= shadow(p);
        float facing = max(dot(n, l), 0.0);
        vec3 h = normalize(l + v);
        float spec = pow(max(dot(n, h), 0.0), power) * (power + 8.0) / 25.0 * fresnel * gloss;
        vec3 got = c.rgb * facing * 0.318;
        if (reflective) got += c.rgb * 1.6 * pow(max(dot(l, v), 0.0), 90.0);
        sum += light_colour[i].rgb * strength * open * (got + vec3(spec) * step(0.0, dot(n, l)));
    }
    sum += c.rgb * c.a;
    float mist = 1.0 - exp(-length(p - eye) * 0.006);
    out_light = vec4(mix(sum, vec3(0.009, 0.0085, 0.010), mist), 1.0);
}
