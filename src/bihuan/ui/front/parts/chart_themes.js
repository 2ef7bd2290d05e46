// Colours that differ in lightness too, so that they survive grey printing and colour blindness (after Okabe and Ito).

const FONT = 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

function theme({ colours, text, faint, line, surface }) {
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: { color: text },
    nameTextStyle: { color: text },
    splitLine: { lineStyle: { color: faint } },
    splitArea: { show: false },
  };
  return {
    color: colours,
    backgroundColor: "transparent",
    textStyle: { fontFamily: FONT, color: text },
    title: { textStyle: { color: text, fontSize: 14 }, subtextStyle: { color: text } },
    legend: { textStyle: { color: text }, pageTextStyle: { color: text } },
    tooltip: { backgroundColor: surface, borderColor: line, textStyle: { color: text } },
    categoryAxis: axis,
    valueAxis: axis,
    timeAxis: axis,
    logAxis: axis,
    radar: { splitArea: { show: false }, axisName: { color: text }, splitLine: { lineStyle: { color: faint } }, axisLine: { lineStyle: { color: faint } } },
    visualMap: { textStyle: { color: text } },
    label: { color: text },
  };
}

export const light = theme({
  colours: ["#0f6382", "#d55e00", "#2e8b57", "#8a4fb0", "#c29200", "#4a90c2", "#a3231f", "#5f6b7a"],
  text: "#2b3440", faint: "#e3e8ee", line: "#8793a3", surface: "#ffffff",
});

export const dark = theme({
  colours: ["#5cb8d8", "#f0955a", "#6fcf97", "#c29be0", "#e8c55a", "#8fc3ea", "#ff9a94", "#b4bfcd"],
  text: "#dbe3ec", faint: "#2d3a4b", line: "#6d7b8e", surface: "#1b2635",
});
