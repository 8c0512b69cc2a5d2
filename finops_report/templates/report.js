"use strict";
// The page is complete without this script. With it, a chart that is touched, focused or asked for
// becomes a live Plotly chart, and the reader can choose between light and dark.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  let figures = null;
  let library = null;

  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // Two letters are 13 bits: letters.py has the same alphabet, without "&", "<" and the backslash.
  function decoded(letters, size) {
    const values = new Uint8Array(128);
    const letter = (code) => !"&<\\".includes(String.fromCharCode(code));
    for (let code = 0x21, value = 0; code < 0x7f; code++) if (letter(code)) values[code] = value++;
    const bytes = new Uint8Array(size);
    for (let i = 0, at = 0, held = 0, bits = 0; i < letters.length; i += 2) {
      held = (held << 13) | (values[letters.charCodeAt(i)] * 91 + values[letters.charCodeAt(i + 1)]);
      for (bits += 13; bits >= 8; held &= (1 << bits) - 1) bytes[at++] = held >> (bits -= 8);
    }
    return bytes;
  }

  const unpacked = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));

  function inflated(id) {
    const packed = document.getElementById(id);
    return unpacked(decoded(packed.textContent, Number(packed.dataset.bytes))).text();
  }

  // One copy of plotly.js, inflated once; the policy allows exactly this text.
  function load() {
    library ??= Promise.all([inflated("library"), inflated("figures")]).then(([text, json]) => {
      const script = document.createElement("script");
      script.textContent = text;
      document.body.append(script);
      figures = JSON.parse(json);
      for (const { data } of Object.values(figures)) for (const series of data) series.x ??= data[0].x; // printed once
      return window.Plotly;
    });
    return library;
  }

  const still = { showgrid: false, zeroline: false, visible: false, fixedrange: true, autorange: false };

  // The live chart lies over its picture: the picture keeps its words and lines, Plotly draws the marks.
  function over(frame) {
    const { data, layout, places } = figures[frame.dataset.chart];
    const pictures = [...frame.querySelectorAll(":is(.wide, .middle, .narrow) svg")]; // one of them is shown
    const shown = pictures.findIndex((svg) => svg.getBoundingClientRect().width);
    const picture = pictures[shown];
    const { width, height } = picture.viewBox.baseVal;
    const room = picture.getBoundingClientRect();
    const scale = room.width / width;
    const columns = layout.xaxis.type === "date" && data[0].type === "bar"; // one of equal width a day, week or month
    const laid = {
      ...layout, width: room.width, height: room.height, showlegend: false, dragmode: false,
      hovermode: columns ? "x unified" : "closest", // one label for all that a day is made of
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 0, r: 0, t: 0, b: 0 },
      font: { family: getComputedStyle(document.body).fontFamily, size: 12 * scale },
      hoverlabel: {
        bgcolor: colour("--surface"), bordercolor: colour("--axis"), font: { size: 13, color: colour("--ink") },
      },
    };
    places[shown].forEach(([left, top, right, bottom, x0, x1, y0, y1, gap], i) => {
      const [x, y] = ["xaxis", "yaxis"].map((axis) => axis + (i ? i + 1 : ""));
      laid[x] = { ...layout[x], ...still, domain: [left / width, right / width], range: layout[x].range ?? [x0, x1] };
      laid[y] = { ...layout[y], ...still, domain: [1 - bottom / height, 1 - top / height], range: [y0, y1] };
      if (columns) laid[x].type = "category";
      if (layout[y].categoryarray) laid[y].categoryarray = plained(layout[y].categoryarray);
      laid.bargap ??= gap;
    });
    const totals = layout.meta?.totals;
    return [data.map((series) => drawn(series, columns, scale, totals)), laid, settings];
  }

  // Plotly interprets tags in names: those from data are escaped. Axes are hidden, so only hover labels show names.
  const plain = (value) => (typeof value === "string" ? value.replace(/&/g, "&amp;").replace(/</g, "&lt;") : value);
  const plained = (value) => (Array.isArray(value) ? value.map(plained) : plain(value));

  // A series as the picture draws it: days in words, marks as large, texts of cells only; the picture has all others.
  function drawn(series, columns, scale, totals) {
    const shown = { ...series };
    for (const part of ["x", "y", "text", "name", "customdata"]) {
      if (part in series) shown[part] = plained(series[part]);
    }
    if (columns) {
      shown.x = series.x.map((name, i) => plain(totals?.[i] ? `${name}: ${totals[i]}` : name));
      shown.y = series.y.map((height) => height || null); // what is not there is not listed
    }
    if (series.type === "bar" && !series.textposition) {
      shown.textposition = "none";
      const label = columns ? "%{fullData.name}: %{text}" : `%{y}: %{${series.customdata ? "customdata" : "text"}}`;
      shown.hovertemplate = `${label}<extra></extra>`;
    }
    for (const part of ["marker", "line"]) {
      const { size, width, line } = series[part] ?? {};
      if (size) shown[part] = { ...series[part], size: size * scale, line: { ...line, width: line.width * scale } };
      else if (width) shown[part] = { ...series[part], width: width * scale };
    }
    return shown;
  }

  // The names of series in the picture's legend hide and show them, by pointer and by keyboard.
  function choose(frame, plotly, live) {
    const names = [...frame.querySelectorAll("text[data-series]")];
    function toggle(series) {
      const same = names.filter((name) => name.dataset.series === series);
      const hidden = !same[0].classList.contains("off");
      for (const name of same) {
        name.classList.toggle("off", hidden);
        name.setAttribute("aria-pressed", !hidden);
      }
      plotly.restyle(live, { visible: !hidden }, [Number(series)]);
    }
    for (const name of names) {
      name.ownerSVGElement.setAttribute("role", "group"); // an img has no parts to press
      const pressable = { role: "button", tabindex: 0, "aria-pressed": true };
      for (const [key, value] of Object.entries(pressable)) name.setAttribute(key, value);
      name.addEventListener("click", () => toggle(name.dataset.series));
      name.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle(name.dataset.series);
      });
    }
  }

  const settings = {
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
      live.hidden = false;
      await plotly.newPlot(live, ...over(frame));
      choose(frame, plotly, live);
      const fits = () => live.clientWidth === Math.floor(live.layout.width);
      new ResizeObserver(() => fits() || plotly.relayout(live, over(frame)[1])).observe(live);
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

  // A long CSV is compressed in the page; with scripts it is saved as plain as the others.
  for (const link of document.querySelectorAll('.csv[download$=".gz"]')) {
    link.addEventListener("click", async (event) => {
      if (!window.DecompressionStream || !link.download.endsWith(".gz")) return;
      event.preventDefault();
      const packed = Uint8Array.from(atob(link.href.split(",")[1]), (letter) => letter.charCodeAt(0));
      link.href = URL.createObjectURL(new Blob([await unpacked(packed).arrayBuffer()], { type: "text/csv" }));
      link.download = link.download.slice(0, -3);
      link.click();
    });
  }

  // On a telephone a row of many columns stands as its name over its figures, each with its title (widths.css).
  for (const table of document.querySelectorAll(".scroll table")) {
    const titles = table.rows[0].cells;
    if (titles.length < 5) continue;
    table.className = "stacked";
    for (const cell of table.querySelectorAll("td")) cell.dataset.title = titles[cell.cellIndex].textContent;
  }

  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

  function show() {
    theme.textContent = dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", `Switch to ${dark() ? "light" : "dark"} colours`);
    for (const frame of document.querySelectorAll("figure[data-state=live]")) {
      window.Plotly.relayout(frame.querySelector(".live"), over(frame)[1]);
    }
  }

  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    show();
  });
  system.addEventListener("change", show);
  show();
})();
