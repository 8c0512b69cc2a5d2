"use strict";
// The page is complete without this script. With it, a chart that is touched, focused or asked for
// becomes a live Plotly chart, and the reader can choose between light and dark.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  let figures = null;
  let library = null;

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // Five characters are four bytes: the alphabet of RFC 1924 with a comma for "<".
  function decoded(base85, size) {
    const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
    const values = new Uint8Array(128);
    for (let i = 0; i < 85; i++) values[digits.charCodeAt(i)] = i;
    const bytes = new DataView(new ArrayBuffer((base85.length / 5) * 4));
    for (let i = 0; i < base85.length; i += 5) {
      let four = 0;
      for (let j = i; j < i + 5; j++) four = four * 85 + values[base85.charCodeAt(j)];
      bytes.setUint32((i / 5) * 4, four);
    }
    return bytes.buffer.slice(0, size);
  }

  function inflate(element) {
    const bytes = decoded(element.textContent, Number(element.dataset.bytes));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  // One copy of plotly.js, inflated once; the policy lets exactly this text run.
  function load() {
    library ??= inflate(document.getElementById("library")).then((text) => {
      const script = document.createElement("script");
      script.textContent = text;
      document.body.append(script);
      figures = JSON.parse(document.getElementById("figures").textContent);
      return window.Plotly;
    });
    return library;
  }

  function look(layout) {
    const axis = { gridcolor: colour("--grid"), linecolor: colour("--axis"), tickcolor: colour("--axis") };
    const themed = {};
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis/.test(key)) themed[key] = { ...layout[key], ...axis };
    }
    return {
      ...layout,
      ...themed,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("--ink-2") },
      margin: { l: 8, r: 16, t: 8, b: 8 },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
      hoverlabel: { bgcolor: colour("--surface"), bordercolor: colour("--axis"), font: { color: colour("--ink") } },
      dragmode: false,
    };
  }

  const settings = {
    responsive: true,
    displaylogo: false,
    displayModeBar: false, // 42 of 54 tab stops otherwise; the buttons of ours are enough
    showSendToCloud: false, // on by default in plotly.js 4: it would post the chart's data to a cloud service
    showEditInChartStudio: false,
    scrollZoom: false,
  };

  async function enliven(frame) {
    if (frame.dataset.state) return;
    frame.dataset.state = "loading";
    const live = frame.querySelector(".live");
    const button = frame.querySelector(".explore");
    try {
      const plotly = await load();
      const figure = figures[frame.dataset.chart];
      live.hidden = false;
      await plotly.newPlot(live, figure.data, look(figure.layout), settings);
      const asked = document.activeElement === button;
      frame.dataset.state = "live"; // now it can be seen, and take the focus from the button that goes
      if (asked) live.focus({ preventScroll: true });
    } catch (problem) {
      // The picture stays: a browser without DecompressionStream loses nothing but the live chart.
      live.hidden = true;
      frame.dataset.state = "picture";
    }
  }

  for (const frame of document.querySelectorAll("figure[data-chart]")) {
    const button = frame.querySelector(".explore");
    button.addEventListener("click", () => enliven(frame));
    frame.addEventListener("pointerenter", () => enliven(frame), { once: true });
    frame.addEventListener("touchstart", () => enliven(frame), { once: true, passive: true });
  }

  const theme = document.getElementById("theme");
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function show() {
    theme.textContent = dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", `Switch to ${dark() ? "light" : "dark"} colours`);
    for (const frame of document.querySelectorAll("figure[data-state=live]")) {
      const live = frame.querySelector(".live");
      if (window.Plotly && live.data) window.Plotly.react(live, live.data, look(figures[frame.dataset.chart].layout), settings);
    }
  }

  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
})();
