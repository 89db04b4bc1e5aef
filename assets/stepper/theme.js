// Colours: Streamlit's theme, palettes that survive colour blindness, and digits that contrast.

const STOPS = {
  light: {
    sequence: ["#eef4fa", "#b5d2ea", "#5f9fd3", "#1f65ab", "#0a3163"],
    diverging: ["#8a3b00", "#d97b29", "#f5d6b3", "#f6f6f3", "#bfdaef", "#5596cd", "#0a4a8a"],
    grey: ["#000000", "#ffffff"],
  },
  dark: {
    sequence: ["#1a2735", "#234a73", "#3a7fbf", "#86bdf0", "#e3f1ff"],
    diverging: ["#ffc48a", "#c8741f", "#5c3b1d", "#222a33", "#264a6c", "#4a90d0", "#b0d9ff"],
    grey: ["#000000", "#ffffff"],
  },
};
const MARKS = {
  light: { ring: "#c94700", write: "#00714f", plus: "#0b57a4", minus: "#b35900" },
  dark: { ring: "#ff9d57", write: "#4fdcb0", plus: "#7cb8ff", minus: "#ffb066" },
};
const SHADES = 64;

const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);
const css = (rgb) => `rgb(${rgb.map(Math.round).join(" ")})`;

function rgb(text) {
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function luminance(colour) {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const digitsOn = (colour) => (luminance(colour) > 0.19 ? "#0c1219" : "#ffffff");

function shades(stops, paper) {
  const colours = stops.map(rgb);
  return Array.from({ length: SHADES }, (_, i) => {
    const t = (i / (SHADES - 1)) * (colours.length - 1), k = Math.min(Math.floor(t), colours.length - 2);
    const full = mix(colours[k], colours[k + 1], t - k), faded = mix(full, paper, 0.72);
    return { full: css(full), faded: css(faded), digits: digitsOn(full) };
  });
}

function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name, other) => style.getPropertyValue(`--st-${name}`).trim() || other;
  const paper = rgb(read("background-color", "#fff"));
  const mode = luminance(paper) < 0.3 ? "dark" : "light";
  const palettes = {};
  for (const [name, stops] of Object.entries(STOPS[mode])) palettes[name] = shades(stops, paper);
  return {
    ...MARKS[mode],
    palettes,
    paper: css(paper),
    soft: read("secondary-background-color", "#eee"),
    ink: read("text-color", "#111"),
    line: read("border-color", "#bbb"),
    accent: read("primary-color", "#06c"),
    font: read("font", "sans-serif"),
  };
}

// The shade of a value on its panel's fixed range; null for NaN.
function shade(theme, panel, value) {
  if (value === null || Number.isNaN(value)) return null;
  const { low, high } = panel;
  let t = (value - low) / (high - low || 1);
  if (panel.palette === "diverging") {
    t = 0.5 + value / (2 * (Math.max(Math.abs(low), Math.abs(high)) || 1));
  }
  const place = Math.round(Math.min(Math.max(t, 0), 1) * (SHADES - 1));
  return (theme.palettes[panel.palette] || theme.palettes.sequence)[place];
}
