// A chart over days, drawn by uPlot in the page's own colours. The same numbers stand in a table beside it, so that
// the drawing itself is hidden from whoever does not see it.
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { html } from "../lib/html.js";
import { useColorScheme } from "../lib/hooks.js";
import { texts } from "../lib/texts.js";

const HEIGHT = 180;
const FONT = "12px system-ui, sans-serif";
const day = new Intl.DateTimeFormat(texts.locale, { day: "numeric", month: "short", timeZone: "UTC" });
const bars = UPlot.paths.bars?.({ size: [0.7, 28], radius: 0.15 });

/**
 * One of a chart's lines, or its bars; the colour is a custom property's name.
 * @typedef {{ label: string, color: string, values: (number | null)[], bars?: boolean }} Series
 */

/** @param {{ title: string, days: string[], series: Series[], format: (value: number) => string }} props */
export function Chart({ title, days, series, format }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const scheme = useColorScheme();
  useEffect(() => {
    const element = /** @type {HTMLDivElement} */ (place.current);
    const plot = new UPlot(options(element, series, format), data(days, series), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [days, series, scheme]);
  return html`<figure class="chart">
    <figcaption>
      <span class="chart-title">${title}</span>
      ${series.map(
        ({ label, color }) => html`<span class="chart-key" key=${label}><i class=${`chart-dot chart-dot${color}`}></i>${label}</span>`,
      )}
    </figcaption>
    <div class="chart-plot" ref=${place} aria-hidden="true"></div>
  </figure>`;
}

/**
 * @param {string[]} days
 * @param {Series[]} series
 * @returns {UPlot.AlignedData}
 */
function data(days, series) {
  return [days.map((each) => Date.parse(`${each}T00:00Z`) / 1000), ...series.map(({ values }) => values)];
}

/**
 * @param {HTMLElement} element
 * @param {Series[]} series
 * @param {(value: number) => string} format
 * @returns {UPlot.Options}
 */
function options(element, series, format) {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const color = (name) => style.getPropertyValue(name).trim();
  const ink = { stroke: color("--ink-quiet"), font: FONT, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { range: (_plot, first, last) => [first - 43_200, last + 43_200] }, y: { range: (_plot, _least, most) => [0, (most || 1) * 1.1] } },
    axes: [
      { ...ink, grid: { show: false }, size: 28, space: 64, values: (_plot, times) => times.map((time) => day.format(time * 1000)) },
      { ...ink, grid: { stroke: color("--line"), width: 1 }, size: 56, values: (_plot, values) => values.map(format) },
    ],
    series: [
      {},
      ...series.map((one) => {
        const stroke = color(one.color);
        return one.bars
          ? { stroke, fill: stroke, width: 0, paths: bars, points: { show: false } }
          : { stroke, width: 2, spanGaps: true, points: { size: 5, fill: stroke } };
      }),
    ],
  };
}
