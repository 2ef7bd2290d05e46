// Vertical whisker with caps: each item is [position, low, high] on a category axis.

export function errorBar(params, api) {
  const position = api.value(0);
  const top = api.coord([position, api.value(2)]);
  const bottom = api.coord([position, api.value(1)]);
  const cap = Math.min(6, api.size([1, 0])[0] * 0.15);
  const style = { stroke: api.visual("color"), lineWidth: 1.5, fill: "none" };
  const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
  return {
    type: "group",
    children: [
      line(top[0], top[1], bottom[0], bottom[1]),
      line(top[0] - cap, top[1], top[0] + cap, top[1]),
      line(bottom[0] - cap, bottom[1], bottom[0] + cap, bottom[1]),
    ],
  };
}
