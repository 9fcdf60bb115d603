/// How charts look, in a page and in a picture of their own, on light and on dark paper.
enum ChartStyle {
  /// Style sheet.
  static let css = """
    :root{color-scheme:light dark;--paper:#fff;--card:#f6f7f9;--ink:#1b1f24;--muted:#5a6470;\
    --grid:#e3e6ea;--blue:#2f6fae;--red:#c5352c;--gold:#a87400;--green:#2c7f56;--shade:#c5352c1c}
    @media (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1c2026;--ink:#e4e7ea;\
    --muted:#9aa5b1;--grid:#2b3138;--blue:#6aaee8;--red:#ff7d70;--gold:#e0b34c;--green:#68c796;\
    --shade:#ff7d7024}}
    .chart{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    .chart text{fill:var(--muted)}
    .chart .title{fill:var(--ink);font-size:13px;font-weight:600}
    .chart .kind{font-size:10px}
    .chart .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
    .chart path{fill:none;stroke-width:1.5}
    .chart path.grid{stroke:var(--grid);stroke-width:1}
    .chart path.threshold{stroke:var(--red);stroke-width:1;stroke-dasharray:6 3}
    .chart text.threshold{fill:var(--red)}
    .chart .shade{fill:var(--shade)}
    .chart path.scores{stroke:var(--blue);stroke-width:1.2}
    .chart path.over{stroke:var(--red);stroke-width:1.2}
    .chart path.s0{stroke:var(--blue)}
    .chart path.s1{stroke:var(--gold)}
    .chart path.s2{stroke:var(--green)}
    .chart path.chance{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3}
    .chart path.normal{stroke:var(--blue);fill:var(--blue);fill-opacity:.22}
    .chart path.attack{stroke:var(--red);fill:var(--red);fill-opacity:.22}
    """
}
