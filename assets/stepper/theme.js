// Colours: Streamlit's theme, palettes that survive colour blindness, and digits that contrast.

const LIGHT = {
  sequence: ["#eef4fa", "#b5d2ea", "#5f9fd3", "#1f65ab", "#0a3163"],
  diverging: ["#8a3b00", "#d97b29", "#f5d6b3", "#f6f6f3", "#bfdaef", "#5596cd", "#0a4a8a"],
  marks: { ring: "#c94700", write: "#00714f", plus: "#0b57a4", minus: "#b35900" },
};
const DARK = {
  sequence: ["#1a2735", "#234a73", "#3a7fbf", "#86bdf0", "#e3f1ff"],
  diverging: ["#ffc48a", "#c8741f", "#5c3b1d", "#222a33", "#264a6c", "#4a90d0", "#b0d9ff"],
  marks: { ring: "#ff9d57", write: "#4fdcb0", plus: "#7cb8ff", minus: "#ffb066" },
};
const SHADES = 64;

const lerp = (a, b, t) => a + (b - a) * t;
const clamp = (value, low, high) => min(max(value, low), high);
const mix = (a, b, t) => a.map((v, i) => lerp(v, b[i], t));
const light = (rgb) => rgb.reduce((sum, v, i) => sum + [0.21, 0.72, 0.07][i] * (v / 255) ** 2.2, 0);

function rgb(text) {
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function shades(stops, paper) {
  const colours = stops.map(rgb), last = colours.length - 1;
  return Array.from({ length: SHADES }, (_, i) => {
    const t = (i / (SHADES - 1)) * last, k = min(floor(t), last - 1);
    const full = mix(colours[k], colours[k + 1], t - k), faded = mix(full, paper, 0.72);
    const digits = light(full) > 0.19 ? "#0c1219" : "#fff";
    return { full: `rgb(${full})`, faded: `rgb(${faded})`, digits };
  });
}

// What every canvas context is given: the colours, `face` (the font) and the palettes.
function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const paper = read("background-color"), ground = rgb(paper);
  const { marks, sequence, diverging } = light(ground) < 0.3 ? DARK : LIGHT;
  return {
    ...marks, paper,
    ink: read("text-color"),
    line: read("border-color"),
    soft: read("secondary-background-color"),
    accent: read("primary-color"),
    face: read("font") || "sans-serif",
    palettes: {
      sequence: shades(sequence, ground),
      diverging: shades(diverging, ground),
      grey: shades(["#000", "#fff"], ground),
    },
  };
}

// How far a value reaches in its panel's range, from 0 to 1, whatever its sign.
function depth({ low, high, palette }, value) {
  const signed = palette === "diverging", reach = max(-low, high) || 1;
  return clamp(signed ? abs(value) / reach : (value - low) / (high - low || 1), 0, 1);
}

// The shade of a value on its panel's fixed range; bare paper for NaN and for no value.
function shade(g, { low, high, palette }, value) {
  if (value === null || isNaN(value)) return { full: g.paper, faded: g.paper, digits: g.ink };
  const reach = max(-low, high) || 1;
  const t = palette === "diverging" ? 0.5 + value / reach / 2 : (value - low) / (high - low || 1);
  return g.palettes[palette][round(clamp(t, 0, 1) * (SHADES - 1))];
}
