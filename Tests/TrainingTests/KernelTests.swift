import Foundation
import TestSupport
import Testing

@testable import Training

struct MatrixProductTests {
  /// Rows and depth from 1 to 70, so that every tile height and rest is met.
  @Test(arguments: 1...70)
  func everyShapeHasTheBitsOfThePlainLoop(size: Int) {
    var random = SplitMix64(seed: UInt64(size))
    for columns in [16, 32, 48, 64, 80, 112, 176] {
      let (rows, depth) = (size, 1 + Int(random.next() % 70))
      let left = random.floats(rows * depth)
      let right = random.floats(depth * columns)
      let start = random.floats(rows * columns)
      var expected = start
      for r in 0..<rows {
        for c in 0..<columns {
          for k in 0..<depth {
            expected[r * columns + c].addProduct(left[r * depth + k], right[k * columns + c])
          }
        }
      }
      #expect(
        product(rows, columns, depth, left, right, start, isTransposed: false) == expected)
      #expect(product(rows, columns, depth, left, right, start, isTransposed: true) == expected)
    }
  }

  /// The product with packed operands, back in row-major order.
  private func product(
    _ rows: Int, _ columns: Int, _ depth: Int, _ left: [Float], _ right: [Float],
    _ start: [Float], isTransposed: Bool
  ) -> [Float] {
    let rightLayout = PanelLayout(rows: depth, columns: columns)
    let outputLayout = PanelLayout(rows: rows, columns: columns)
    let (a, b) = (FloatBuffer(count: rows * depth), FloatBuffer(count: rightLayout.count))
    let c = FloatBuffer(count: outputLayout.count)
    for r in 0..<rows {
      for k in 0..<depth {
        a.base[isTransposed ? k * rows + r : r * depth + k] = left[r * depth + k]
      }
    }
    pack(right, rows: depth, columns: columns, stride: columns, into: b.base, rightLayout)
    pack(start, rows: rows, columns: columns, stride: columns, into: c.base, outputLayout)
    let operand =
      isTransposed
      ? LeftOperand(a.base, rowStride: 1, depthStride: rows)
      : LeftOperand(a.base, rowStride: depth, depthStride: 1)
    multiplyAdd(
      rows: rows, columns: columns, depth: depth, operand, Matrix(b.base, rightLayout),
      into: Matrix(c.base, outputLayout))
    var result = [Float](repeating: 0, count: rows * columns)
    addUnpacked(
      c.base, outputLayout, rows: rows, columns: columns, stride: columns, to: &result)
    return result
  }
}

struct PackingTests {
  @Test(arguments: [(1, 1), (3, 70), (16, 16), (17, 33), (64, 64), (70, 5), (40, 130)])
  func aTransposeHasEveryElementAtItsMirrorImage(rows: Int, columns: Int) {
    var random = SplitMix64(seed: 5)
    let stride = columns + 3
    let source = random.floats(rows * stride)
    let layout = PanelLayout(rows: padded(columns), columns: padded(rows))
    let target = FloatBuffer(count: layout.count)
    packTransposed(
      source, rows: rows, columns: columns, stride: stride, into: target.base, layout)
    for r in 0..<layout.columns {
      for c in 0..<layout.rows {
        let expected = r < rows && c < columns ? source[r * stride + c] : 0
        #expect(target.base[layout.offset(row: c, column: r)] == expected)
      }
    }
  }

  @Test func aGroupOfColumnsGoesToItsPaddedPlace() {
    let source: [Float] = (0..<3 * 40).map { Float($0) }
    let layout = PanelLayout(rows: 16, columns: 96)
    let target = FloatBuffer(count: layout.count)
    // 50...89 crosses from the first panel into the second.
    pack(source, rows: 3, columns: 40, stride: 40, into: target.base, layout, column: 50)
    for r in 0..<3 {
      for c in 0..<40 {
        #expect(target.base[layout.offset(row: r, column: 50 + c)] == source[r * 40 + c])
      }
    }
    #expect(target.base[layout.offset(row: 0, column: 49)] == 0)
    #expect(target.base[layout.offset(row: 0, column: 90)] == 0)
  }
}

struct VectorMathTests {
  @Test func expIsWithinTwoUlp() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<20000 {
      let x = random.nextUnit() * 87
      let (found, exact) = (VectorMath.exp(Lanes(repeating: x))[7], Foundation.exp(Double(x)))
      #expect(abs(Double(found) - exact) <= 2 * Double(Float(exact).ulp), "exp(\(x))")
    }
    #expect(VectorMath.exp(Lanes(repeating: 0))[0] == 1)
    #expect(VectorMath.exp(Lanes(repeating: -87.5))[0] == 0)
    #expect(VectorMath.exp(Lanes(repeating: -.infinity))[0] == 0)
    #expect(VectorMath.exp(Lanes(repeating: 1e30))[0].isFinite)
    #expect(VectorMath.exp(Lanes(repeating: .nan))[0].isNaN)
  }

  @Test func gatesAreWithinTheirRangeAndClose() {
    for x in stride(from: Float(-120), through: 120, by: 0.37) {
      let (s, t) = (
        VectorMath.sigmoid(Lanes(repeating: x))[0], VectorMath.tanh(Lanes(repeating: x))[0]
      )
      #expect(abs(Double(s) - 1 / (1 + Foundation.exp(-Double(x)))) < 2e-7)
      #expect(abs(Double(t) - Foundation.tanh(Double(x))) < 4e-7)
      #expect((0...1).contains(s) && (-1...1).contains(t))
    }
    #expect(VectorMath.tanh(Lanes())[0] == 0)
  }

  @Test func logAndCosineAreGoodToFifteenDigits() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<5000 {
      let x = Foundation.exp(Double(random.nextUnit()) * 80)
      #expect(abs(VectorMath.log(x) - Foundation.log(x)) < 4e-16 * max(1, abs(Foundation.log(x))))
      let y = abs(Double(random.nextUnit()))
      #expect(abs(VectorMath.cosPi(y) - Foundation.cos(Double.pi * y)) < 1e-15)
    }
    #expect(VectorMath.log(1) == 0)
    for bad in [0, -1, Double.infinity, .nan] { #expect(VectorMath.log(bad).isNaN) }
  }
}

struct SoftmaxTests {
  /// Logits of one position, packed with the padding that the head uses.
  private func rows(_ logits: [Float]) -> (LogitRows, FloatBuffer) {
    let layout = PanelLayout(rows: 1, columns: padded(logits.count))
    let buffer = FloatBuffer(count: layout.count)
    buffer.base.update(repeating: -.greatestFiniteMagnitude, count: layout.count)
    pack(logits, rows: 1, columns: logits.count, stride: logits.count, into: buffer.base, layout)
    return (LogitRows(logits: Matrix(buffer.base, layout), columns: layout.columns), buffer)
  }

  @Test(arguments: [2, 15, 16, 17, 64, 65, 200, 1024])
  func equalLogitsGiveTheLogarithmOfTheVocabulary(count: Int) {
    let (logits, buffer) = rows(Array(repeating: -3, count: count))
    let loss = logits.loss(row: 0, target: 1).nats
    #expect(abs(loss - Foundation.log(Double(count))) < 1e-6)
    #expect(logits.lossAndGradient(row: 0, target: 1).nats == loss)
    let p = 1 / Float(count)
    for column in 0..<count {
      let gradient = logits.element(row: 0, column: column).pointee
      #expect(abs(gradient - (column == 1 ? p - 1 : p)) < 1e-6)
    }
    for column in count..<logits.columns {
      #expect(logits.element(row: 0, column: column).pointee == 0)
    }
    withExtendedLifetime(buffer) {}
  }

  @Test(arguments: [1, 31, 32, 33, 200])
  func manyLossesAddUpToTheirSum(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    var (sum, expected) = (LossSum(), 0.0)
    for _ in 0..<count {
      let loss = RowLoss(sum: 1 + 8191 * abs(random.nextUnit()), rest: Double(random.nextUnit()))
      sum.add(loss)
      expected += loss.nats
    }
    #expect(abs(sum.nats - expected) < 1e-12 * Double(count))
    sum.add(RowLoss(sum: .nan, rest: 0))
    #expect(sum.nats.isNaN)
  }

  @Test func hugeLogitsStayFinite() {
    let (logits, buffer) = rows([3e4, -3e4, 2.9e4])
    #expect(logits.lossAndGradient(row: 0, target: 2).nats == 1e3)
    #expect(logits.element(row: 0, column: 0).pointee == 1)
    #expect(logits.element(row: 0, column: 2).pointee == -1)
    withExtendedLifetime(buffer) {}
  }

  @Test func aTargetThatIsUnknownHasNeitherLossNorGradient() {
    let (logits, buffer) = rows([.nan, 2, 3])
    #expect(logits.loss(row: 0, target: 0).nats == 0)
    #expect(logits.lossAndGradient(row: 0, target: 0).nats == 0)
    for column in 0..<16 { #expect(logits.element(row: 0, column: column).pointee == 0) }
    withExtendedLifetime(buffer) {}
  }

  @Test func aLogitThatIsNotANumberShowsInTheLoss() {
    let (logits, buffer) = rows([1, .nan, 3])
    #expect(logits.loss(row: 0, target: 2).nats.isNaN)
    withExtendedLifetime(buffer) {}
  }
}

struct MaxPoolTests {
  @Test func tiesGiveTheirGradientToTheFirst() {
    // Three positions of 16 channels; the third is dropped.
    let x: [Float] =
      [1, 5, 2] + Array(repeating: 0, count: 13) + [1, 4, 3]
      + Array(repeating: 0, count: 13) + Array(repeating: 9, count: 16)
    var y = [Float](repeating: -1, count: 16)
    maxPoolForward(x, length: 3, size: 16, into: &y)
    #expect(Array(y[0..<4]) == [1, 5, 3, 0])
    var dX = [Float](repeating: -1, count: 48)
    maxPoolBackward(x, length: 3, size: 16, Array(repeating: 7, count: 16), into: &dX)
    #expect(Array(dX[0..<4]) == [7, 7, 0, 7])
    #expect(Array(dX[16..<20]) == [0, 0, 7, 0])
    #expect(dX[32...].allSatisfy { $0 == 0 })
  }
}

struct RowTests {
  @Test(arguments: [16, 48, 64, 80, 208])
  func columnSumsAddUpEveryRow(columns: Int) {
    let rows = (0..<5 * columns).map { Float($0 % 97) }
    var sums = [Float](repeating: 100, count: columns)
    addColumnSums(of: rows, rows: 5, columns: columns, rowStride: columns, to: &sums)
    for column in 0..<columns {
      let expected = (0..<5).reduce(Float(100)) { $0 + rows[$1 * columns + column] }
      #expect(sums[column] == expected)
    }
  }
}

extension SplitMix64 {
  /// Uniform in [-1, 1).
  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in nextUnit() } }
}
