// Cards side by side; a click on one that opens tells Python its name.

const shown = new WeakMap();

export default function ({ parentElement, data, setTriggerValue }) {
  const list = parentElement.querySelector("ul");
  list.onclick = (event) => {
    const button = event.target.closest("li")?.querySelector("button");
    if (button) setTriggerValue("opened", button.name);
  };
  if (shown.get(list) === data.cards) return;
  shown.set(list, data.cards);
  const { name } = list.getRootNode().activeElement ?? {};
  list.innerHTML = data.cards;
  if (name) list.querySelector(`button[name="${name}"]`)?.focus();
}
