// What a screen reader and the keyboard need to know of the frame and cannot read from Streamlit's
// own elements: the language, the lists of the navigation, and what must be reached to be scrolled.

// Streamlit's own elements: the list, its sections, their names; what may be wider than its place.
const LIST = "[data-testid=stSidebarNavItems]", SECTIONS = `${LIST} > div`;
const NAMES = `${SECTIONS} > header`;
const PAGES = `${LIST} a[href]`, TEXT_LINK = ":is([data-testid=stMarkdownContainer], .way) a[href]";
const WIDE = ".katex-display, [data-testid=stMarkdownContainer] table, [data-testid=stCode] pre";

let due = 0;
const role = (query, name) => {
  for (const element of document.querySelectorAll(query)) element.setAttribute("role", name);
};

function mend() {
  due = 0;
  if (document.querySelector(SECTIONS)) { // one list a section, headed by its name
    role(LIST, "none");
    role(SECTIONS, "list");
    role(NAMES, "listitem");
  }
  for (const element of document.querySelectorAll(WIDE)) {
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

// A link in a text to another page goes by the navigation, so that the visit goes on as it is.
function follow(event) {
  const link = event.target.closest?.(TEXT_LINK);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const to = new URL(link.getAttribute("href"), location.href);
  if (to.origin !== location.origin || to.search) return;
  const page = [...document.querySelectorAll(PAGES)].find((a) => a.pathname === to.pathname);
  if (!page) return;
  event.preventDefault();
  event.stopPropagation();
  page.click();
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
  document.addEventListener("click", follow, true);
}
