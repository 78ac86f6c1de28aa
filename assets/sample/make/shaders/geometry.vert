#version 330
uniform mat4 view_projection;
uniform mat4 model;
in vec3 in_place;
in vec3 in_normal;
in vec3 in_colour;
in vec3 in_paint;
out vec3 place;
out vec3 normal;
out vec3 colour;
flat out vec3 paint;

void main() {
    vec4 world = model * vec4(in_place, 1.0);
    place = world.xyz;
    normal = mat3(model) * in_normal;
    colour = in_colour;
    paint = in_paint;
    gl_Position = view_projection * world;
}
