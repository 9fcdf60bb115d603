/// A view of a matrix whose columns are in panels of at most 64, each panel row by row.
///
/// Element (r, c) is at `r * rowStride + c / 64 * panelStride + c % 64`. An ordinary row-major
/// matrix has a panel stride of 64; a packed one (`PanelLayout`) keeps every panel contiguous, so
/// that a product walks through its right operand without a stride.
struct Matrix {
  let base: UnsafeMutablePointer<Float>
  let rowStride: Int
  let panelStride: Int

  /// Columns of a panel: four `Lanes`.
  static let panelWidth = 64

  /// A row-major matrix of `columns` columns.
  init(_ base: UnsafeMutablePointer<Float>, columns: Int) {
    self.init(base, rowStride: columns, panelStride: Matrix.panelWidth)
  }

  /// A packed matrix.
  init(_ base: UnsafeMutablePointer<Float>, _ layout: PanelLayout) {
    self.init(base, rowStride: layout.rowStride, panelStride: layout.panelStride)
  }

  init(_ base: UnsafeMutablePointer<Float>, rowStride: Int, panelStride: Int) {
    self.base = base
    self.rowStride = rowStride
    self.panelStride = panelStride
  }

  /// A matrix whose rows are all the same one, in panels as they follow one another.
  init(repeating row: UnsafeMutablePointer<Float>) {
    self.init(row, rowStride: 0, panelStride: Matrix.panelWidth)
  }

  /// Of any size, nothing but zeros.
  static var zero: Matrix { Matrix(zeros.base, rowStride: 0, panelStride: 0) }

  private static let zeros = Buffer<Float>(repeating: 0, count: panelWidth)

  /// The matrix without its first `count` rows.
  func dropping(rows count: Int) -> Matrix {
    Matrix(base + count * rowStride, rowStride: rowStride, panelStride: panelStride)
  }
}

/// How a packed matrix lies in memory. `columns` is a multiple of 16.
struct PanelLayout: Equatable, Sendable {
  let rows: Int
  let columns: Int

  var rowStride: Int { min(columns, Matrix.panelWidth) }
  var panelStride: Int { rows * rowStride }
  var panels: Int { (columns + Matrix.panelWidth - 1) / Matrix.panelWidth }
  var count: Int { panels * panelStride }

  func offset(row: Int, column: Int) -> Int {
    column / Matrix.panelWidth * panelStride + row * rowStride + column % Matrix.panelWidth
  }
}
