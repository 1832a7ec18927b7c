const WAIT_MS = 100;

const graphemes = (text) =>
  typeof Intl.Segmenter === "function"
    ? [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length
    : [...text].length;

const isDark = (element) => {
  const ground = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  return /^#[0-9a-f]{6}$/i.test(ground) && parseInt(ground.slice(1, 3), 16) < 128;
};

const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const inputOf = (field, lines) => {
  const box = field.querySelector(".box");
  const tag = lines > 1 ? "TEXTAREA" : "INPUT";
  if (box.firstElementChild?.tagName === tag) return box.firstElementChild;
  const input = document.createElement(tag);
  box.replaceChildren(input);
  input.id = "text-" + Math.random().toString(36).slice(2);
  input.setAttribute("aria-describedby", input.id + "-notes");
  field.querySelector(".notes").id = input.id + "-notes";
  field.querySelector("label").htmlFor = input.id;
  return input;
};

export default function ({ data, parentElement, setStateValue }) {
  const field = parentElement.querySelector(".field");
  const input = inputOf(field, data.lines);
  setText(field.querySelector("label"), data.label);
  input.dir = data.plain ? "ltr" : "auto";
  input.inputMode = data.plain ? "decimal" : "text";
  input.maxLength = data.max;
  if (data.lines > 1) input.rows = data.lines;

  // What the program wrote is taken over when it is a new version; an echo of what was typed never is.
  if (field.dataset.version !== String(data.version)) {
    input.value = data.value;
    field.dataset.version = String(data.version);
    field._sent = undefined;
  }

  field.classList.toggle("dark", isDark(field));
  field.classList.toggle("plain", Boolean(data.plain));
  const worst = data.troubles.some((t) => t.severity === "error") ? "error" : data.troubles.length ? "warning" : "";
  field.dataset.trouble = worst;
  input.setAttribute("aria-invalid", worst === "error" ? "true" : "false");
  const lines = data.troubles.length ? data.troubles : [{ severity: "note", text: data.note }];
  const notes = field.querySelector(".notes");
  while (notes.childElementCount > lines.length) notes.lastElementChild.remove();
  lines.forEach(({ severity, text }, i) => {
    const line = notes.children[i] ?? notes.appendChild(document.createElement("span"));
    if (line.className !== severity) line.className = severity;
    setText(line, text);
  });

  const count = () => {
    if (!data.limit) return setText(field.querySelector(".size"), "");
    const n = graphemes(input.value);
    field.classList.toggle("over", n > data.limit);
    setText(field.querySelector(".size"), n + " / " + data.limit);
  };
  count();

  const send = () => {
    clearTimeout(field._timer);
    field._timer = undefined;
    if (field._sent === input.value) return;
    field._sent = input.value;
    performance.mark("studio-edit");
    // the moment makes each edit news, also one that repeats what was typed before the program wrote something else
    setStateValue("typed", { text: input.value, at: Date.now() });
  };
  input.oninput = () => {
    count();
    field._timer ??= setTimeout(send, WAIT_MS);
  };
  input.onblur = () => {
    if (field._timer !== undefined) send();
  };
}
