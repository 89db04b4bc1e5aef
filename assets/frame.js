// What a screen reader and the keyboard need to know of the frame and cannot read from Streamlit's
// own elements: the language, the lists of the navigation, and what must be reached to be scrolled.

// Streamlit's own elements: the list, its sections, their names; what may be wider than its place.
const LIST = "[data-testid=stSidebarNavItems]", SECTIONS = `${LIST} > div`;
const NAMES = `${SECTIONS} > header`;
const PAGES = `${LIST} a[href]`, TEXT_LINK = ":is([data-testid=stMarkdownContainer], .way) a[href]";
const WIDE = ".katex-display, [data-testid=stMarkdownContainer] table, [data-testid=stCode] pre";

// What a page is made of when it is whole: its last part, and in its picture what a script draws.
const APP = "[data-testid=stApp]", LAST = ".st-key-page .st-key-rest";
const DRAWN = ".st-key-hero [data-testid^=stBidiComponent]";
const WAITING = "[data-testid=stSkeleton]"; // where an element's own script is still to come
const SETTLE = 250; // milliseconds after a change of pages in which its run begins

const QUESTION = ".st-key-question";
const CHOICES = `${QUESTION} [role=radio]`, ONWARDS = `${QUESTION} button:not([role=radio])`;

let due = 0, shown = "", since = 0, answered = "";
const role = (query, name) => {
  for (const element of document.querySelectorAll(query)) element.setAttribute("role", name);
};

function mend() {
  due = 0;
  appear();
  go_on();
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

const inSight = (element) => element.getBoundingClientRect().top < innerHeight;

// First styles (first.css) show a page once this says that it is whole.
function appear() {
  const root = document.documentElement.dataset;
  if (location.pathname !== shown) {
    shown = location.pathname;
    since = performance.now();
    delete root.ready;
  }
  if ("ready" in root) return;
  const done = document.querySelector(APP)?.dataset.testScriptState === "notRunning";
  const began = !("began" in root) || performance.now() - since > SETTLE;
  const drawn = [...document.querySelectorAll(DRAWN)].every((e) => e.offsetHeight > 40);
  const coming = [...document.querySelectorAll(WAITING)].some(inSight);
  const lettered = document.fonts.status === "loaded";
  const whole = done && drawn && lettered && !coming && document.querySelector(LAST);
  if (whole && began) root.ready = root.began = "";
  else setTimeout(soon, 60);
}

// Who answers by keyboard goes on by keyboard: from the choice to the way on, from there to the next.
function press(event) {
  if (event.key !== "Enter" && event.key !== " ") return;
  answered = [CHOICES, ONWARDS].find((each) => event.target.matches?.(each)) ?? "";
}

function go_on() {
  if (!answered || document.querySelector(QUESTION)?.contains(document.activeElement)) return;
  const next = document.querySelector(answered === CHOICES ? ONWARDS : CHOICES);
  if (!next) return;
  answered = "";
  next.focus();
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
  document.addEventListener("keydown", press, true);
}
