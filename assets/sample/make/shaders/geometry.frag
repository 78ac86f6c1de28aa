#version 330
// Fills the buffers that lighting reads: colour + glow, normal + gloss, place + object number.
uniform float glow[8];      // strength per channel: 1 tail, 2 head, 3 red, 4 blue, 5 dome, ...
uniform float object;
uniform vec3 eye;
in vec3 place;
in vec3 normal;
in vec3 colour;
flat in vec3 paint;         // gloss, glow channel, surface kind
layout(location = 0) out vec4 out_colour;
layout(location = 1) out vec4 out_normal;
layout(location = 2) out vec4 out_place;

float hash(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}

float noise(vec2 p) {
    vec2 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x),
               mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}

float line(float at, float width, float blur) {
    return 1.0 - smoothstep(width - blur, width + blur, abs(at));
}

// Painted bays of 2.7 m in rows; returns how much paint there is.
float bay_paint(vec2 p, float blur) {
    float along = mod(p.y + 1.35, 2.7);
    float stripe = line(min(along, 2.7 - along), 0.055, blur);
    float paint = 0.0;
    float first = p.x, second = p.x - 15.5;
    paint = max(paint, stripe * step(abs(first), 2.7));
    paint = max(paint, stripe * step(abs(second), 2.7) * step(p.y, -3.0));
    paint = max(paint, line(first + 2.7, 0.06, blur) * step(abs(p.y), 40.0));
    vec2 arrow = p - vec2(9.0, 6.4);
    float shaft = line(arrow.y, 0.09, blur) * step(abs(arrow.x), 0.9);
    float tip = step(arrow.x, 1.6) * step(0.9, arrow.x)
        * (1.0 - smoothstep(-0.02, 0.02, abs(arrow.y) - (1.6 - arrow.x) * 0.5));
    return max(paint, max(shaft, tip) * 0.9);
}

void main() {
    vec3 base = colour;
    float gloss = paint.x;
    vec3 n = normalize(normal);
    int kind = int(paint.z + 0.5);
    if (kind == 1) {
        vec2 p = place.xy;
        float far = length(dFdx(p)) + length(dFdy(p));
        float sharp = clamp(1.0 - far * 3.0, 0.0, 1.0);
        float patches = noise(p * 0.35) * 0.55 + noise(p * 2.6) * 0.25 + noise(p * 7.0) * 0.2;
        float grain = mix(0.5, noise(p * 34.0) * 0.6 + hash(floor(p * 60.0)) * 0.4, sharp);
        base *= 0.72 + 0.45 * patches + 0.8 * (grain - 0.5) * sharp;
        float crack = 1.0 - smoothstep(0.0, 0.02 + far, abs(noise(p * 0.55 + 7.0) - 0.5));
        base *= 1.0 - 0.3 * crack;
        float wear = smoothstep(0.25, 0.6, noise(p * 5.0) * 0.5 + noise(p * 17.0) * 0.5);
        base = mix(base, vec3(0.42, 0.41, 0.37), bay_paint(p, 0.012 + far * 0.5) * mix(0.45, 0.95, wear));
        float wet = smoothstep(0.5, 0.72, noise(p * 0.22 + 3.0) * 0.7 + noise(p * 0.9) * 0.3);
        gloss = mix(0.28, 0.85, wet);
        base *= mix(1.0, 0.55, wet);
        vec2 tilt = vec2(noise(p * 42.0), noise(p * 42.0 + 31.0)) - 0.5;
        n = normalize(n + vec3(tilt * mix(0.30, 0.03, wet) * sharp * sharp, 0.0));
    } else if (kind == 2) {
        // every other pixel: the lens blends the two into half-clear glass
        if (mod(floor(gl_FragCoord.x) + floor(gl_FragCoord.y), 2.0) > 0.5) discard;
    } else if (kind == 5) {
        // steam: grains that thin out towards the edge of each puff
        float facing = abs(dot(n, normalize(eye - place)));
        if (hash(floor(gl_FragCoord.xy) + fract(eye.xy * 531.0 + place.z) * 50.0) > 0.09 * facing * facing) discard;
    } else if (kind == 4) {
        vec2 p = vec2(place.x + place.y, place.z);
        float row = floor(p.y / 0.2);
        vec2 cell = fract(vec2(p.x / 0.5 + 0.5 * mod(row, 2.0), p.y / 0.2));
        float mortar = step(cell.x, 0.05) + step(cell.y, 0.1);
        base *= 0.75 + 0.4 * hash(floor(vec2(p.x / 0.5, row))) - 0.25 * min(mortar, 1.0);
    }
    int channel = int(paint.y + 0.5);
    float shine = channel > 0 ? glow[channel] : 0.0;
    out_colour = vec4(base, shine);
    out_normal = vec4(n, kind == 3 ? -1.0 : gloss);
    out_place = vec4(place, object);
}
