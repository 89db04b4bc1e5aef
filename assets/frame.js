// What a screen reader and the keyboard need to know of the frame and cannot read from Streamlit's
// own elements: the language, the lists of the navigation, and what must be reached to be scrolled.

let due = 0;
const role = (query, name) => {
  for (const element of document.querySelectorAll(query)) element.setAttribute("role", name);
};

function mend() {
  due = 0;
  const pages = "[data-testid=stSidebarNavItems]";
  if (document.querySelector(`${pages} > div`)) { // one list a section, headed by its name
    role(pages, "none");
    role(`${pages} > div`, "list");
    role(`${pages} > div > header`, "listitem");
  }
  const wide = ".katex-display, [data-testid=stMarkdownContainer] table, [data-testid=stCode] pre";
  for (const element of document.querySelectorAll(wide)) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

function soon() {
  due ||= requestAnimationFrame(mend);
}

// Boxes that unfold slide by a script, which no style can still: for who asks for stillness, the
// end is there at once.
function still() {
  const asked = matchMedia("(prefers-reduced-motion: reduce)");
  const { animate } = Element.prototype;
  Element.prototype.animate = function (frames, how) {
    if (!asked.matches) return animate.call(this, frames, how);
    return animate.call(this, frames, { ...(typeof how === "object" ? how : {}), duration: 0 });
  };
}

let watching = false;

export default function ({ data }) {
  document.documentElement.lang = data.lang;
  soon();
  if (watching) return;
  watching = true;
  still();
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", soon);
}
