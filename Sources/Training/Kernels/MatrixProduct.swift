/// The left operand of a product: element (r, k) is at `r * rowStride + k * depthStride`, so that
/// a matrix and its transpose are read in place.
struct LeftOperand {
  let base: UnsafePointer<Float>
  let rowStride: Int
  let depthStride: Int

  init(_ base: UnsafePointer<Float>, rowStride: Int, depthStride: Int) {
    self.base = base
    self.rowStride = rowStride
    self.depthStride = depthStride
  }

  init(_ matrix: Matrix) {
    self.init(matrix.base, rowStride: matrix.rowStride, depthStride: 1)
  }

  init(transposed matrix: Matrix) {
    self.init(matrix.base, rowStride: 1, depthStride: matrix.rowStride)
  }
}

/// How many products are added up in one go, and how far apart their operands begin.
struct Taps {
  let count: Int
  let leftStride: Int
  let rightStride: Int

  static let one = Taps(count: 1, leftStride: 0, rightStride: 0)
}

/// Adds the product of `left` (rows, depth) and `right` (depth, columns) to `output`, or, tap after
/// tap, several of them.
///
/// Every element is `fma(left[r, k], right[k, c], element)` for k in increasing order, whatever the
/// blocking. `columns` is a multiple of 16.
///
/// - Parameter start: what the elements start at, where that is not what `output` holds.
func multiplyAdd(
  rows: Int, columns: Int, depth: Int, taps: Taps = .one, from start: Matrix? = nil,
  _ left: LeftOperand, _ right: Matrix, into output: Matrix
) {
  guard rows > 0 else { return }
  let start = start ?? output
  var column = 0
  var panel = 0
  while column < columns {
    let width = min(Matrix.panelWidth, columns - column) / Lanes.scalarCount
    let walk = TileWalk(
      rows: rows, depth: depth,
      taps: taps.count, leftTap: taps.leftStride &* 4, rightTap: taps.rightStride &* 4,
      left: UnsafeRawPointer(left.base),
      leftRow: left.rowStride &* 4, leftDepth: left.depthStride &* 4,
      right: UnsafeRawPointer(right.base + panel * right.panelStride),
      rightRow: right.rowStride &* 4,
      start: UnsafeRawPointer(start.base + panel * start.panelStride),
      startRow: start.rowStride &* 4,
      output: UnsafeMutableRawPointer(output.base + panel * output.panelStride),
      outputRow: output.rowStride &* 4)
    walk.run(width: width)
    column += Matrix.panelWidth
    panel += 1
  }
}

/// One panel of a product, cut into tiles whose sums stay in registers. Strides are in bytes.
private struct TileWalk {
  let rows: Int
  let depth: Int
  let taps: Int
  let leftTap: Int
  let rightTap: Int
  let left: UnsafeRawPointer
  let leftRow: Int
  let leftDepth: Int
  let right: UnsafeRawPointer
  let rightRow: Int
  let start: UnsafeRawPointer
  let startRow: Int
  let output: UnsafeMutableRawPointer
  let outputRow: Int

  /// `width` `Lanes` of columns, 1 to 4.
  @inline(__always)
  func run(width: Int) {
    #if WIDE_REGISTERS
      // 32 registers of 16 floats: 24 sums, a row of the right operand, a broadcast element.
      // (More than six rows and the compiler runs out of address registers: a third of the speed.)
      switch width {
      case 4: cover(Tile<6, 4>.self, Tile<2, 4>.self, Tile<1, 4>.self)
      case 3: cover(Tile<6, 3>.self, Tile<2, 3>.self, Tile<1, 3>.self)
      case 2: cover(Tile<6, 2>.self, Tile<2, 2>.self, Tile<1, 2>.self)
      default: cover(Tile<6, 1>.self, Tile<2, 1>.self, Tile<1, 1>.self)
      }
    #else
      // 16 registers of 8 floats, or 32 of 4.
      for lanes in 0..<width {
        let column = lanes * MemoryLayout<Lanes>.size
        let strip = TileWalk(
          rows: rows, depth: depth, taps: taps, leftTap: leftTap, rightTap: rightTap,
          left: left, leftRow: leftRow, leftDepth: leftDepth,
          right: right + column, rightRow: rightRow, start: start + column, startRow: startRow,
          output: output + column, outputRow: outputRow)
        strip.cover(Tile<6, 1>.self, Tile<2, 1>.self, Tile<1, 1>.self)
      }
    #endif
  }

  @inline(__always)
  func cover<let a: Int, let b: Int, let c: Int, let width: Int>(
    _: Tile<a, width>.Type, _: Tile<b, width>.Type, _: Tile<c, width>.Type
  ) {
    var row = 0
    while row &+ a <= rows {
      Tile<a, width>.run(self, row: row)
      row &+= a
    }
    while row &+ b <= rows {
      Tile<b, width>.run(self, row: row)
      row &+= b
    }
    while row &+ c <= rows {
      Tile<c, width>.run(self, row: row)
      row &+= c
    }
  }
}

/// `rows` x `width` sums of `Lanes`. The dimensions are constants, so that the loops over them
/// disappear and the sums become registers.
private enum Tile<let rows: Int, let width: Int> {
  @inline(__always)
  static func run(_ walk: TileWalk, row first: Int) {
    let size = MemoryLayout<Lanes>.size
    let start = walk.start + first &* walk.startRow
    let output = walk.output + first &* walk.outputRow
    var sums = InlineArray<rows, InlineArray<width, Lanes>>(
      repeating: InlineArray(repeating: Lanes()))
    for r in 0..<rows {
      for v in 0..<width {
        sums[unchecked: r][unchecked: v] = (start + (r &* walk.startRow &+ v &* size))
          .loadUnaligned(as: Lanes.self)
      }
    }
    for tap in 0..<walk.taps {
      var left = walk.left + (first &* walk.leftRow &+ tap &* walk.leftTap)
      var right = walk.right + tap &* walk.rightTap
      for _ in 0..<walk.depth {
        var lanes = InlineArray<width, Lanes>(repeating: Lanes())
        for v in 0..<width {
          lanes[unchecked: v] = (right + v &* size).loadUnaligned(as: Lanes.self)
        }
        for r in 0..<rows {
          let element = Lanes(repeating: (left + r &* walk.leftRow).load(as: Float.self))
          for v in 0..<width {
            sums[unchecked: r][unchecked: v].addProduct(lanes[unchecked: v], element)
          }
        }
        left += walk.leftDepth
        right += walk.rightRow
      }
    }
    for r in 0..<rows {
      for v in 0..<width {
        (output + (r &* walk.outputRow &+ v &* size))
          .storeBytes(of: sums[unchecked: r][unchecked: v], as: Lanes.self)
      }
    }
  }
}
