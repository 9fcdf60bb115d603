/// How the page looks.
enum ReportStyle {
  /// Style sheet, besides that of the charts.
  static let css = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    main{max-width:1108px;margin:0 auto;padding:32px 24px 64px}
    h1{font-size:28px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}
    h2{font-size:19px;margin:44px 0 4px;padding-top:14px;border-top:1px solid var(--grid)}
    h3{font-size:15px;margin:22px 0 6px}
    p{margin:6px 0;max-width:76ch}
    .muted,figcaption{color:var(--muted)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px;margin:22px 0}
    .tile{background:var(--card);border-radius:8px;padding:12px 16px}
    .tile b{display:block;font-size:24px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums}
    .tile span{color:var(--muted);font-size:13px}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:6px}
    .chart{max-width:100%;height:auto;display:block}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:13.5px;margin:8px 0;font-variant-numeric:tabular-nums}
    th,td{text-align:right;padding:3px 12px;border-bottom:1px solid var(--grid);vertical-align:top;\
    white-space:nowrap}
    th:first-child,td:first-child{padding-left:0}
    thead th{color:var(--muted);font-weight:500;vertical-align:bottom}
    th[scope=row]{text-align:left;font-weight:500}
    table.words td{text-align:left;white-space:normal}
    table.words th[scope=col]{text-align:left}
    table.words td:nth-child(2),table.words td:nth-child(3){white-space:nowrap}
    code{font:12.5px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
    .bar{display:inline-block;width:84px;height:9px;border-radius:2px;background:var(--grid);\
    overflow:hidden;margin-left:8px}
    .bar i{display:block;height:100%;background:var(--blue)}
    thead th:first-child{text-align:left}
    .whole{white-space:nowrap}
    .added{display:grid;grid-template-columns:7.5em 84px;align-items:center;text-align:right}
    .bar.red i{background:var(--red)}
    details{margin:6px 0}
    summary{cursor:pointer;padding:3px 0}
    .bad{color:var(--red);font-weight:600}
    .note{border-left:3px solid var(--gold);padding:2px 0 2px 12px;margin:12px 0}
    @media print{details:not([open])>*{display:block}body{font-size:12px}}
    """
}
