import ModelFormat
import TestSupport
import Testing

@testable import Training

/// Convolutions against the definition in Double, row by row and in pairs.
struct LayerTests {
  /// A layer with its rows, weights and what comes back, all drawn.
  struct Case: CustomTestStringConvertible, Sendable {
    let geometry: RowGeometry
    let taps: Int
    let inputs: Int
    let outputs: Int
    let groups: Int
    let seed: UInt64

    var testDescription: String {
      "\(taps) taps, \(inputs) to \(groups) x \(outputs), seed \(seed), \(geometry)"
    }

    var columns: Int { groups * outputs }
    var weightCount: Int { taps * inputs * columns }
    /// Weights (taps, inputs, columns), then the bias.
    var shape: LayerShape {
      LayerShape(
        PlacedTensor(shape: TensorShape(.layerWeight(2), taps, inputs, columns), offset: 0),
        PlacedTensor(shape: TensorShape(.layerBias(2), columns), offset: weightCount),
        groups: groups)
    }
  }

  static let cases: [Case] = {
    var random = SplitMix64(seed: 31)
    var cases: [Case] = []
    // Of segments, whose first rows may lack their past; rows are seldom a multiple of 2 d.
    for seed in 1...60 {
      let (taps, dilation, rows) = (
        random.draw(2...3), [1, 2, 3, 4, 8, 16, 32][random.draw(0...6)], random.draw(1...90)
      )
      let lead = min((taps - 1) * dilation, random.draw(0...70))
      cases.append(
        Case(
          geometry: RowGeometry(
            inputRows: rows + lead, lead: lead, kernelWidth: taps, dilation: dilation),
          taps: taps, inputs: random.draw(1...40), outputs: random.draw(1...40),
          groups: random.draw(1...2),
          seed: UInt64(seed)))
    }
    // Of windows, padded on both sides.
    for (length, batch) in [(10, 12), (5, 48), (4, 7), (2, 3)] {
      cases.append(
        Case(
          geometry: RowGeometry(
            inputRows: length * batch, outputRows: length * batch, firstOffset: -batch,
            offsetStep: batch),
          taps: 3, inputs: 32, outputs: 40, groups: 1, seed: UInt64(length)))
    }
    // More pairs than are computed at a time.
    for taps in [2, 3] {
      cases.append(
        Case(
          geometry: RowGeometry(inputRows: 700, lead: 7, kernelWidth: taps, dilation: 7),
          taps: taps, inputs: 64, outputs: 33, groups: 2, seed: 9))
    }
    return cases
  }()

  @Test(arguments: cases, [false, true])
  func theLayerIsThatOfTheDefinition(run: Case, isPaired: Bool) throws {
    let filter = try #require(MinimalFilter(taps: run.taps))
    let pairing = isPaired ? Pairing(filter, Pairing.Scratch()) : nil
    var random = SplitMix64(seed: run.seed)
    let parameters = random.floats(run.weightCount + run.columns)
    let input = random.floats(run.geometry.inputRows * run.inputs)
    let dOutput = random.floats(run.geometry.outputRows * run.columns)
    let naive = NaiveLayer(run, parameters, input, dOutput)

    let layer = Layer(run.shape, pairing: pairing)
    layer.load(parameters, forBackward: true)
    let x = PaddedRows(input, width: run.inputs, groups: 1)
    let y = PaddedRows(rows: run.geometry.outputRows, width: run.outputs, groups: run.groups)
    fillRows(
      y.base, rows: run.geometry.outputRows, columns: run.shape.paddedOutputs, with: layer.bias)
    layer.forward(run.geometry, x.base, into: y.base)
    #expect(relativeError(y.values, naive.output) < 1e-6)

    let dY = PaddedRows(dOutput, width: run.outputs, groups: run.groups)
    let dX = PaddedRows(rows: run.geometry.inputRows, width: run.inputs, groups: 1)
    layer.backward(run.geometry, x.base, dY.base, into: dX.base)
    #expect(relativeError(dX.values, naive.dInput) < 1e-6)
    var gradient = [Float](repeating: 0, count: parameters.count)
    layer.moveGradient(to: &gradient)
    #expect(relativeError(gradient, naive.gradient) < 1e-6)
    // It is gone from the layer.
    let first = gradient
    layer.moveGradient(to: &gradient)
    #expect(gradient == first)
    withExtendedLifetime((x, dY)) {}
  }

  @Test func narrowLayersAndOtherKernelsAreComputedRowByRow() {
    func isPaired(_ taps: Int, _ inputs: Int, _ outputs: Int, groups: Int = 1) -> Bool {
      let run = Case(
        geometry: RowGeometry(rows: 1), taps: taps, inputs: inputs, outputs: outputs,
        groups: groups, seed: 0)
      return Pairing(run.shape, Pairing.Scratch()) != nil
    }
    #expect(isPaired(2, 32, 32, groups: 2) && isPaired(3, 17, 17) && isPaired(3, 128, 128))
    #expect(!isPaired(3, 16, 16) && !isPaired(2, 16, 16, groups: 2))
    #expect(!isPaired(1, 64, 64) && !isPaired(4, 64, 64) && !isPaired(8, 64, 64))
  }
}

/// A convolution and its way back by their definitions.
private struct NaiveLayer {
  var output: [Float]
  var dInput: [Float]
  /// Of weights and bias.
  var gradient: [Float]

  init(_ run: LayerTests.Case, _ parameters: [Float], _ input: [Float], _ dOutput: [Float]) {
    let (inputs, columns) = (run.inputs, run.columns)
    var y = [Double](repeating: 0, count: dOutput.count)
    var dX = [Double](repeating: 0, count: input.count)
    var gradient = [Double](repeating: 0, count: parameters.count)
    for row in 0..<run.geometry.outputRows {
      for o in 0..<columns {
        let d = Double(dOutput[row * columns + o])
        y[row * columns + o] = Double(parameters[run.weightCount + o])
        gradient[run.weightCount + o] += d
        for tap in 0..<run.taps {
          let source = row + run.geometry.firstOffset + tap * run.geometry.offsetStep
          guard (0..<run.geometry.inputRows).contains(source) else { continue }
          for i in 0..<inputs {
            let weight = (tap * inputs + i) * columns + o
            let x = Double(input[source * inputs + i])
            y[row * columns + o] += x * Double(parameters[weight])
            dX[source * inputs + i] += d * Double(parameters[weight])
            gradient[weight] += d * x
          }
        }
      }
    }
    output = y.map { Float($0) }
    dInput = dX.map { Float($0) }
    self.gradient = gradient.map { Float($0) }
  }
}

/// Rows as layers have them, each group of columns filled up to a multiple of 16 with zeros.
private struct PaddedRows {
  private let buffer: FloatBuffer
  private let rows: Int
  private let width: Int
  private let groups: Int

  init(rows: Int, width: Int, groups: Int) {
    (self.rows, self.width, self.groups) = (rows, width, groups)
    buffer = FloatBuffer(count: rows * groups * padded(width))
  }

  init(_ values: [Float], width: Int, groups: Int) {
    self.init(rows: values.count / (width * groups), width: width, groups: groups)
    for index in values.indices { buffer.base[place(index)] = values[index] }
  }

  var base: UnsafeMutablePointer<Float> { buffer.base }

  /// Without the padding.
  var values: [Float] { (0..<rows * groups * width).map { buffer.base[place($0)] } }

  private func place(_ index: Int) -> Int {
    let (group, column) = index.quotientAndRemainder(dividingBy: width)
    return group * padded(width) + column
  }
}
