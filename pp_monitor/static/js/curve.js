// Lets the pointer read each day of a curve: the library draws the same over the picture of the server, which stays on
// paper, and where the library does not come. The table under it says the same by keyboard.
const DAY = new Intl.DateTimeFormat("es-CO", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MONTH = new Intl.DateTimeFormat("es-CO", { month: "short", timeZone: "UTC" });
const PERCENT = new Intl.NumberFormat("es-CO", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const load = (source) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const told = (rows) => {
  const lines = rows
    .filter((row) => row.seriesName && row.value[1] !== null)
    .map((row) => `${row.seriesName}: ${PERCENT.format(row.value[1])} %`);
  return [DAY.format(new Date(rows[0].value[0])), ...lines].join("\n");
};

const month = (value) => {
  const day = new Date(value);
  return day.getUTCMonth() ? MONTH.format(day) : `${MONTH.format(day)} ${String(day.getUTCFullYear()).slice(2)}`;
};

const upright = (day, type) => ({
  type: "line",
  data: [[day, 0], [day, 100]],
  symbol: "none",
  silent: true,
  tooltip: { show: false },
  lineStyle: { color: colour("--pp-ink"), width: 1.5, type },
});

const line = (curve, name, key, style) => ({
  name,
  type: "line",
  data: curve.days.map((day, number) => [day, curve[key][number]]),
  showSymbol: false,
  lineStyle: style,
  itemStyle: { color: style.color },
});

const option = (curve, fontFamily) => ({
  useUTC: true,
  animation: false,
  textStyle: { fontFamily, color: colour("--pp-ink-2") },
  grid: { left: 52, right: 16, top: 12, bottom: 32 },
  xAxis: { type: "time", axisLabel: { formatter: month, hideOverlap: true, fontSize: 12 }, splitLine: { show: false } },
  yAxis: { type: "value", min: 0, max: 100, interval: 25, axisLabel: { formatter: "{value} %", fontSize: 12 } },
  tooltip: { trigger: "axis", renderMode: "richText", formatter: told, confine: true, textStyle: { fontFamily } },
  series: [
    upright(curve.cutoff, "solid"),
    upright(curve.yearEnd, "dashed"),
    line(curve, "Programado", "planned", { color: colour("--pp-ink-2"), width: 2, type: "dashed" }),
    line(curve, "Más temprano posible", "earliest", { color: colour("--pp-govco"), width: 2.5, type: "dotted" }),
    line(curve, "Real", "actual", { color: colour("--pp-govco"), width: 4 }),
  ],
});

const draw = async (figure) => {
  const library = await load(figure.dataset.library);
  const still = figure.querySelector(".pp-plot");
  const box = document.createElement("div");
  box.className = "pp-plot-live";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", still.getAttribute("aria-label"));
  still.before(box);
  const chart = library.init(box, null, { renderer: "svg" });
  chart.setOption(option(JSON.parse(figure.dataset.curve), getComputedStyle(document.body).fontFamily));
  figure.classList.add("pp-graph-live");
  still.setAttribute("aria-hidden", "true");
  new ResizeObserver(() => chart.resize()).observe(box);
};

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    draw(target).catch(() => {});
  }
});
for (const figure of document.querySelectorAll("[data-curve]")) seen.observe(figure);
