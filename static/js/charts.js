// Line charts of the KPI pages: data by json_script, colours from the page's tokens, a table behind each.

const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];
const POINTS = ["circle", "rectRot", "triangle", "rect"];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const charts = [];

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function dataset(series, index) {
  const colour = token(`--sd-s${index + 1}`);
  return {
    label: series.label,
    data: series.values,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: DASHES[index],
    pointStyle: POINTS[index],
    pointRadius: 3,
    borderWidth: 2,
    spanGaps: true,
    tension: 0.25,
  };
}

function options(unit) {
  const text = token("--sd-muted");
  const grid = { color: token("--sd-line") };
  return {
    animation: still.matches ? false : { duration: 300 },
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { ticks: { color: text, maxRotation: 0, autoSkipPadding: 16 }, grid: { display: false } },
      y: { beginAtZero: true, ticks: { color: text, callback: (value) => `${value}${unit}` }, grid },
    },
    plugins: {
      legend: { align: "start", labels: { color: token("--sd-text"), usePointStyle: true, boxHeight: 8 } },
      tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.formattedValue}${unit}` } },
    },
  };
}

function draw(canvas) {
  const source = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  window.Chart.defaults.font.family = token("--sd-font");
  const chart = new window.Chart(canvas, {
    type: "line",
    data: { labels: source.labels, datasets: source.series.map(dataset) },
    options: options(source.unit),
  });
  charts.push([chart, source]);
}

function recolour() {
  for (const [chart, source] of charts) {
    chart.data.datasets = source.series.map(dataset);
    chart.options = options(source.unit);
    chart.update("none");
  }
}

document.querySelectorAll("canvas[data-chart]").forEach(draw);
new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
