import { type Curve, type CurveData, filtered, unpack } from "./data.js";
import { drawCurve, heightOf, isClear, marginOf, type View } from "./draw.js";

/** Brings a curve's part of the page to life. Without scripts it stays hidden, and the static figure says the same. */
export function explore(root: HTMLElement): void {
  const curve = unpack(JSON.parse(find(root, "script").textContent) as CurveData);
  const canvas = find(root, "canvas") as HTMLCanvasElement;
  const told = find(root, "output");
  const count = find(root, ".count");
  const search = find(root, "input[type=number]") as HTMLInputElement;
  const boxes = [...root.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  let view: View = { shown: filtered(curve, wantedOf(curve, boxes)), at: -1 };

  const draw = (): void => {
    const width = canvas.parentElement?.clientWidth ?? 0;
    if (width < 200) return; // not laid out
    const ratio = window.devicePixelRatio;
    const height = heightOf(curve);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context?.scale(ratio, ratio);
    if (context) drawCurve(context, curve, view, width);
  };
  const show = (next: View): void => {
    view = next;
    told.textContent = view.at < 0 ? "" : sentence(curve, view);
    count.textContent = countText(curve, view);
    requestAnimationFrame(draw);
  };
  const look = (at: number): void => show({ ...view, at: view.shown.length === 0 ? -1 : Math.max(0, Math.min(view.shown.length - 1, at)) });
  const filter = (): void => {
    const own = view.shown[view.at];
    const shown = filtered(curve, wantedOf(curve, boxes));
    show({ shown, at: own === undefined ? -1 : shown.indexOf(own) });
  };

  canvas.addEventListener("pointermove", ({ offsetX }) => {
    const left = marginOf(canvas.clientWidth);
    if (offsetX >= left) look(Math.floor(((offsetX - left) / (canvas.clientWidth - left - 8)) * view.shown.length));
  });
  canvas.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.round(view.shown.length / 20));
    const to = { ArrowRight: view.at + 1, ArrowLeft: view.at - 1, PageDown: view.at + page, PageUp: view.at - page, Home: 0, End: view.shown.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    look(to);
  });
  for (const box of boxes) box.addEventListener("change", filter);
  find(root, ".reset").addEventListener("click", () => {
    for (const box of boxes) box.checked = true;
    filter();
  });
  search.addEventListener("input", () => {
    const place = curve.numbers.indexOf(Number(search.value));
    const at = place < 0 ? -1 : view.shown.indexOf(place);
    show({ ...view, at });
    if (search.value !== "" && at < 0) told.textContent = place < 0 ? `Specification ${search.value} has no estimate.` : `Specification ${search.value} is not among the choices that are shown.`;
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  root.hidden = false;
  new ResizeObserver(draw).observe(canvas.parentElement ?? canvas);
  const preferred = view.shown.indexOf(curve.data.preferred);
  show({ ...view, at: preferred });
}

/** By dimension, by option: whether its box is checked. Boxes stand in that order. */
function wantedOf({ data }: Curve, boxes: readonly HTMLInputElement[]): readonly (readonly boolean[])[] {
  let next = 0;
  return data.dimensions.map(({ options }) => options.map(() => boxes[next++]?.checked === true));
}

function sentence({ data, numbers, theta, lower, upper, rows, flags, choices }: Curve, { shown, at }: View): string {
  const i = shown[at] ?? 0;
  const value = (one: number | undefined): string => (one ?? NaN).toFixed(data.places).replace("-", "−");
  const width = data.dimensions.length;
  const chosen = data.dimensions.map(({ name, options }, d) => `${name}: ${options[choices[i * width + d] ?? -1] ?? "other"}`);
  const flag = flags[i] ?? 0;
  const facts = [
    `Specification ${grouped(numbers[i] ?? 0)}${i === data.preferred ? " (preferred)" : ""}, rank ${grouped(at + 1)} of ${grouped(shown.length)}: ${value(theta[i])} [${value(lower[i])}, ${value(upper[i])}], ${grouped(rows[i] ?? 0)} rows`,
    ...((flag & 2) === 2 ? ["significant among all"] : isClear(lower[i], upper[i]) ? ["significant by itself"] : []), ...((flag & 1) === 1 ? ["with warnings"] : []),
  ];
  return `${facts.join(", ")}. ${chosen.join("; ")}.`;
}

function countText({ theta, lower, upper, data }: Curve, { shown }: View): string {
  if (shown.length === 0) return "No specification has these choices.";
  const middle = ((theta[shown[(shown.length - 1) >> 1] ?? 0] ?? NaN) + (theta[shown[shown.length >> 1] ?? 0] ?? NaN)) / 2;
  const clear = shown.reduce((sum, i) => sum + (isClear(lower[i], upper[i]) ? 1 : 0), 0);
  return `${grouped(shown.length)} of ${grouped(data.estimated)} specifications: median ${middle.toFixed(data.places).replace("-", "−")}, ${Math.round((100 * clear) / shown.length)} % with an interval that leaves zero out.`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function find(root: HTMLElement, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`There is no ${selector}.`);
  return found;
}
