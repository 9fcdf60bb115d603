import ModelFormat
import TestSupport
import Testing

@testable import Evaluation

@Suite struct QuantizerTests {
  private func description(_ architecture: Architecture) -> ModelDescription {
    TestModel(architecture, seed: 9).description
  }

  static let architectures = [
    TestModel.tcn(
      vocabulary: 19, channels: 6, kernel: 3, dilations: [1, 2], activation: .gated, isTied: true),
    TestModel.tcn(
      vocabulary: 7, channels: 5, kernel: 2, dilations: [1], activation: .relu, isTied: false),
    TestModel.windowCNN(vocabulary: 6, window: 9),
  ]

  @Test(arguments: architectures)
  func everyWeightIsWithinHalfAScaleOfItsNumber(architecture: Architecture) throws {
    let network = description(architecture)
    let steps = [Float](repeating: 0.5, count: architecture.quantizedInputCount)
    let quantized = Quantizer.quantize(network, inputSteps: steps)
    let quantization = try #require(quantized.quantization)
    #expect(quantization.inputSteps == steps)
    var (start, firstScale) = (0, 0)
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      defer { start += shape.count }
      guard let layout = IntegerLayout(shape) else {
        #expect(quantized.weights[start] == network.weights[start], "biases stay as they are")
        continue
      }
      var reached = Set<Int>()
      for place in 0..<shape.count {
        let (input, output) = (place / layout.outputs, place % layout.outputs)
        let owner = layout.scaleIndex(input: input, output: output)
        let scale = quantization.scales[firstScale + owner]
        let (exact, rounded) = (network.weights[start + place], quantized.weights[start + place])
        #expect(abs(exact - rounded) <= scale * 0.5001)
        if abs(rounded / scale).rounded() == 127 { reached.insert(owner) }
      }
      #expect(reached.count == layout.scaleCount, "each scale's largest weight is its 127th")
      firstScale += layout.scaleCount
    }
    #expect(throws: Never.self) { try quantized.encoded() }
  }

  @Test func weightsThatAreAllZeroStayZero() throws {
    var network = description(Self.architectures[1])
    network.weights = network.weights.map { _ in 0 }
    let quantized = Quantizer.quantize(network, inputSteps: [1, 1, 1])
    #expect(quantized.weights == network.weights)
    #expect(throws: Never.self) { try quantized.encoded() }
  }

  @Test(arguments: [Float.infinity, .nan, 1e30])
  func weightsBeyondAllScalesAreRefused(weight: Float) {
    var network = description(Self.architectures[1])
    network.weights[3] = weight
    #expect(throws: ModelFormatError.self) {
      try Quantizer.quantize(network, inputSteps: [1, 1, 1]).encoded()
    }
  }

  @Test func rangesAreTheLargestMagnitudes() {
    let ranges = ActivationRanges(Self.architectures[1])
    for (input, values) in [(0, [1, -2, 0.5]), (2, [0]), (0, [1.5]), (2, [-0.25])]
      as [(
        Int, [Float]
      )]
    {
      values.withUnsafeBufferPointer { ranges.add(input, $0) }
    }
    #expect(ranges.largest == [2, 0, 0.25])
    #expect(ranges.steps == [2 / 127, 0x1p-40, 0.25 / 127])
  }
}
