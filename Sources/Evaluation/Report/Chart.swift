import Foundation

/// Two axes with marks between them, as SVG. Colours are the style sheet's (`ChartStyle`).
struct Chart {
  let title: String
  let x: Axis
  let y: Axis
  /// Of the whole picture, in pixels.
  var size = (width: 350.0, height: 270.0)

  private static let margin = (left: 50.0, top: 30.0, right: 14.0, bottom: 42.0)
  private var right: Double { size.width - Self.margin.right }
  private var bottom: Double { size.height - Self.margin.bottom }

  /// Pixels between the axes.
  static func plotWidth(of width: Double) -> Int { Int(width - margin.left - margin.right) }

  /// A whole SVG element with `marks` on a grid.
  ///
  /// - Parameter offset: where it is in a picture of several.
  func svg(_ marks: [String], at offset: Double = 0) -> String {
    let place = offset == 0 ? "" : " y=\"\(Self.text(offset))\""
    let size = "\(Self.text(size.width)) \(Self.text(size.height))"
    let element =
      #"<svg class="chart" viewBox="0 0 \#(size)" width="\#(Self.text(self.size.width))""#
      + #" height="\#(Self.text(self.size.height))"\#(place) role="img""#
      + #" aria-label="\#(HTML.escaped(title))">"#
    let heading =
      #"<text class="title" x="\#(Self.text(Self.margin.left))" y="18">\#(HTML.escaped(title))</text>"#
    return ([element, heading] + grid + marks + ["</svg>"]).joined(separator: "\n")
  }

  // MARK: Places

  func x(_ value: Double) -> String {
    Self.text(Self.margin.left + x.share(value) * (right - Self.margin.left))
  }

  func y(_ value: Double) -> String {
    Self.text(bottom - y.share(value) * (bottom - Self.margin.top))
  }

  /// A tenth of a pixel is more than anybody sees.
  private static func text(_ pixels: Double) -> String {
    let text = String(format: "%.1f", pixels)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  // MARK: Marks

  /// A curve through points; those that fall on the one before are left out.
  func line(_ points: [(x: Double, y: Double)], class name: String) -> String {
    var path = ""
    var previous = ""
    for point in points {
      let place = "\(x(point.x)) \(y(point.y))"
      if place == previous { continue }
      path += (path.isEmpty ? "M" : "L") + place
      previous = place
    }
    return #"<path class="\#(name)" d="\#(path)"/>"#
  }

  /// Upright strokes from one height to another.
  func strokes(_ strokes: [(x: Double, from: Double, to: Double)], class name: String) -> String {
    let path = strokes.map { "M\(x($0.x)) \(y($0.from))V\(y($0.to))" }.joined()
    return #"<path class="\#(name)" d="\#(path)"/>"#
  }

  /// A filled outline of steps from the bottom: `heights[i]` over the i-th of equal parts of the axis.
  func steps(_ heights: [Double], class name: String) -> String {
    guard !heights.isEmpty else { return "" }
    let width = (x.range.upperBound - x.range.lowerBound) / Double(heights.count)
    var path = "M\(x(x.range.lowerBound)) \(y(y.range.lowerBound))"
    for (index, height) in heights.enumerated() {
      path += "V\(y(height))H\(x(x.range.lowerBound + Double(index + 1) * width))"
    }
    path += "V\(y(y.range.lowerBound))Z"
    return #"<path class="\#(name)" d="\#(path)"/>"#
  }

  /// A stretch of the horizontal axis, with its name where there is room.
  func shade(_ range: ClosedRange<Double>, name: String) -> String {
    let from = Self.margin.left + x.share(range.lowerBound) * (right - Self.margin.left)
    let to = Self.margin.left + x.share(range.upperBound) * (right - Self.margin.left)
    let height = Self.text(bottom - Self.margin.top)
    let name = HTML.escaped(name)
    var mark =
      #"<rect class="shade" x="\#(Self.text(from))" y="\#(Self.text(Self.margin.top))""#
      + #" width="\#(Self.text(max(1, to - from)))" height="\#(height)"><title>\#(name)</title></rect>"#
    if to - from >= 13 {
      let place = "\(Self.text((from + to) / 2 + 4)) \(Self.text(Self.margin.top + 5))"
      mark +=
        #"<text class="kind" text-anchor="end" transform="translate(\#(place)) rotate(-90)">\#(name)</text>"#
    }
    return mark
  }

  /// A horizontal line with words at its beginning.
  func level(_ value: Double, _ text: String) -> [String] {
    [
      #"<path class="threshold" d="M\#(Self.text(Self.margin.left)) \#(y(value))H\#(Self.text(right))"/>"#,
      #"<text class="threshold halo" x="\#(Self.text(Self.margin.left + 5))" y="\#(y(value))" dy="-5">"#
        + HTML.escaped(text) + "</text>",
    ]
  }

  /// An upright line with words at its upper end, or its lower one.
  func mark(at value: Double, _ text: String, isBelow: Bool = false) -> [String] {
    let isRight = x.share(value) > 0.7
    let height = isBelow ? bottom - 8 : Self.margin.top + 12
    return [
      #"<path class="threshold" d="M\#(x(value)) \#(Self.text(Self.margin.top))V\#(Self.text(bottom))"/>"#,
      #"<text class="threshold halo" x="\#(x(value))" dx="\#(isRight ? -5 : 5)""#
        + #" y="\#(Self.text(height))" text-anchor="\#(isRight ? "end" : "start")">"#
        + HTML.escaped(text) + "</text>",
    ]
  }

  /// What the colours mean, in the lower right corner or the upper one.
  func legend(_ entries: [(class: String, text: String)], isAbove: Bool = false) -> [String] {
    let top = isAbove ? Self.margin.top + 14 : bottom - 15 * Double(entries.count) + 5
    return entries.enumerated().flatMap { index, entry in
      let y = top + 15 * Double(index)
      return [
        #"<path class="\#(entry.class)" d="M\#(Self.text(right - 20)) \#(Self.text(y - 4))h14"/>"#,
        #"<text class="halo" x="\#(Self.text(right - 25))" y="\#(Self.text(y))" text-anchor="end">"#
          + HTML.escaped(entry.text) + "</text>",
      ]
    }
  }

  // MARK: Axes

  private var grid: [String] {
    let (left, top) = (Self.text(Self.margin.left), Self.text(Self.margin.top))
    let horizontal = y.ticks.map { "M\(left) \(y($0))H\(Self.text(right))" }
    let vertical = x.ticks.map { "M\(x($0)) \(top)V\(Self.text(bottom))" }
    let yLabels = y.ticks.map {
      #"<text x="\#(left)" dx="-6" y="\#(y($0))" dy="4" text-anchor="end">\#(y.text($0))</text>"#
    }
    let xLabels = x.ticks.map {
      #"<text x="\#(x($0))" y="\#(Self.text(bottom + 16))" text-anchor="middle">\#(x.text($0))</text>"#
    }
    let middle = Self.text((Self.margin.left + right) / 2)
    return [#"<path class="grid" d="\#((horizontal + vertical).joined())"/>"#] + yLabels + xLabels
      + [
        #"<text class="label" x="\#(middle)" y="\#(Self.text(bottom + 34))""#
          + #" text-anchor="middle">\#(HTML.escaped(x.label))</text>"#,
        #"<text class="label" text-anchor="middle" transform="translate(12 "#
          + #"\#(Self.text((Self.margin.top + bottom) / 2))) rotate(-90)">\#(HTML.escaped(y.label))</text>"#,
      ]
  }
}
