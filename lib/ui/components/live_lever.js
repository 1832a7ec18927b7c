const WAIT_MS = 100;

const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export default function ({ data, parentElement, setStateValue }) {
  const lever = parentElement.querySelector(".lever");
  const input = lever.querySelector("input");
  const label = lever.querySelector("label");
  if (!input.id) {
    input.id = "lever-" + Math.random().toString(36).slice(2);
    label.htmlFor = input.id;
  }
  setText(label, data.label);
  lever.dir = data.rtl ? "rtl" : "ltr";
  const leftwards = data.rtl && data.mirrored;
  input.dir = lever.querySelector(".foot").dir = leftwards ? "rtl" : "ltr";
  const last = data.stops.length - 1;
  input.min = 0;
  input.max = last;
  input.step = 1;
  setText(lever.querySelector(".low"), data.ends[0]);
  setText(lever.querySelector(".high"), data.ends[1]);
  setText(lever.querySelector(".note"), data.note);

  // What the program set is taken over when it is a new version; an echo of the hand's own move never is.
  if (lever.dataset.version !== String(data.version)) {
    input.value = data.index;
    lever.dataset.version = String(data.version);
    lever._sent = undefined;
  }

  const show = () => {
    const at = Number(input.value);
    const words = data.stops[at] ?? "";
    setText(lever.querySelector("output"), words);
    input.setAttribute("aria-valuetext", words);
    input.style.setProperty("--part", (100 * at) / Math.max(last, 1) + "%");
    input.style.setProperty("--way", leftwards ? "left" : "right");
  };
  show();

  const send = () => {
    clearTimeout(lever._timer);
    lever._timer = undefined;
    if (lever._sent === input.value) return;
    lever._sent = input.value;
    performance.mark("studio-edit");
    // the moment makes each move news, also one that repeats the last before the program set another
    setStateValue("moved", { index: Number(input.value), at: Date.now() });
  };
  input.oninput = () => {
    show();
    lever._timer ??= setTimeout(send, WAIT_MS);
  };
  input.onchange = () => {
    if (lever._timer !== undefined) send();
  };
}
