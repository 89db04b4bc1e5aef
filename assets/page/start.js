// Starts the stepper on a page of its own, and again when the reader's system turns dark or light.
const data = JSON.parse(document.getElementById("scene").textContent);
const start = () => stepper({ parentElement: document, data, setStateValue() {} });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", start);
start();
