// Draws every [data-chart]: the option lies in the JSON script element that the attribute names.
// The same options are drawn by the server for Word and PDF, so nothing of their content is decided here.
import * as echarts from "echarts/core";
import { BarChart, BoxplotChart, FunnelChart, HeatmapChart, LineChart, PieChart, RadarChart, ScatterChart } from "echarts/charts";
import {
  GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, RadarComponent, TitleComponent,
  TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import { dark, light } from "./parts/chart_themes.js";

echarts.use([
  BarChart, BoxplotChart, FunnelChart, HeatmapChart, LineChart, PieChart, RadarChart, ScatterChart, GridComponent, LegendComponent,
  MarkAreaComponent, MarkLineComponent, MarkPointComponent, RadarComponent, TitleComponent, TooltipComponent, VisualMapComponent,
  SVGRenderer,
]);
echarts.registerTheme("bihuan-light", light);
echarts.registerTheme("bihuan-dark", dark);

const drawn = new Map();

function optionOf(element, theme) {
  const option = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  option.tooltip = { ...(option.tooltip || {}), renderMode: "richText", confine: true }; // HTML tooltips need inline styles
  option.animation = false;
  option.aria = { enabled: false }; // the element has its own label and a table beside it
  if (theme === "bihuan-dark") delete option.color; // the option's colours are for paper
  return option;
}

function draw(element) {
  drawn.get(element)?.dispose();
  const theme = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "bihuan-dark" : "bihuan-light";
  try {
    const option = optionOf(element, theme);
    const chart = echarts.init(element, theme, { renderer: "svg" });
    chart.setOption(option);
    chart.on("click", (point) => {
      const link = point.data?.url;
      if (link && link.startsWith("/")) window.location.assign(link);
    });
    drawn.set(element, chart);
  } catch (error) {
    element.classList.add("chart-failed");
    element.textContent = element.dataset.failed || "图表无法显示";
    console.error(error);
  }
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.resize();
});

function drawAll(root = document) {
  for (const [element, chart] of drawn) {
    if (element.isConnected) continue;
    chart.dispose();
    sizes.unobserve(element);
    drawn.delete(element);
  }
  for (const element of root.querySelectorAll("[data-chart]")) {
    if (drawn.has(element)) continue;
    draw(element);
    sizes.observe(element);
  }
}

document.addEventListener("bihuan:theme", () => [...drawn.keys()].forEach(draw));
document.addEventListener("htmx:after:settle", () => drawAll());
window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => drawAll());
else drawAll();
