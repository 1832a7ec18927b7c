// The program comes once, from our own server; it takes the page's word "Plotly" and nothing else does.
function program(address) {
  window.studioPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("the chart program did not load"));
    document.head.append(script);
  });
  return window.studioPlotly;
}

export default function ({ data, parentElement }) {
  const plot = parentElement.querySelector(".studio-plot");
  plot.style.height = `${data.height}px`;
  plot.setAttribute("aria-label", data.alt);
  if (plot.drawn !== data.spec) {
    plot.drawn = data.spec;
    program(data.program).then((Plotly) => {
      if (plot.drawn !== data.spec || !plot.isConnected) return;
      const { data: traces, layout } = JSON.parse(data.spec);
      Plotly.react(plot, traces, { ...layout, autosize: true }, data.config);
      plot.watch ??= new ResizeObserver(() => plot.offsetWidth && Plotly.Plots.resize(plot));
      plot.watch.observe(plot);
    });
  }
  return () => {
    plot.watch?.disconnect();
    window.Plotly?.purge(plot);
  };
}
