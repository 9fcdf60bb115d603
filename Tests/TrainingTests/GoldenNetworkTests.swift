import Foundation
import ModelFormat
import TestSupport
import Testing

@testable import Training

/// What PyTorch makes of the same parameters; `Tests/Reference/training_goldens.py` wrote it.
struct GoldenNetworkTests {
  private struct Golden: Decodable {
    let seed: UInt64
    let scale: Float
    let vocabularySize: Int
    let channels: Int?
    let kernelWidth: Int?
    let dilations: [Int]?
    let gated: Bool?
    let tied: Bool?
    let windowLength: Int?
    let inputs: [UInt16]
    let targets: [UInt16]
    let loss: Double
    let logits: Data
    let gradient: Data

    func architecture() throws -> Architecture {
      if let windowLength {
        return try NetworkCase.window(states: vocabularySize, window: windowLength)
      }
      return try NetworkCase.tcn(
        states: vocabularySize, channels: try #require(channels), kernel: try #require(kernelWidth),
        try #require(dilations), gated: gated == true, tied: tied == true)
    }
  }

  @Test(arguments: [
    "tcn-relu", "tcn-gated", "tcn-relu-tied-k2", "tcn-gated-tied-k2", "tcn-context",
    "tcn-dilation-over-length", "window-10", "window-7",
  ])
  func logitsLossAndGradientAgreeWithPyTorch(name: String) throws {
    let golden = try JSONDecoder().decode(Golden.self, from: goldenFile(name))
    let architecture = try golden.architecture()
    var random = SplitMix64(seed: golden.seed)
    let parameters = (0..<architecture.parameterCount).map { _ in
      random.nextUnit() * golden.scale
    }
    let segment = Segment(inputs: golden.inputs, targets: golden.targets)
    let runner = Runner(architecture)

    let logits = runner.logits(segment, parameters)
    #expect(relativeError(logits, floats(golden.logits)) < 2e-6)
    let result = runner.gradient(of: segment, parameters)
    #expect(abs(result.loss - golden.loss) < 2e-6 * golden.loss)
    #expect(relativeError(result.gradient, floats(golden.gradient)) < 5e-6)
    #expect(abs(runner.loss(segment, parameters) - golden.loss) < 2e-6 * golden.loss)
    for (range, role) in tensors(of: architecture) {
      let error = relativeError(
        Array(result.gradient[range]), Array(floats(golden.gradient)[range]))
      #expect(error < 2e-5, "\(role)")
    }
  }

  private func tensors(of architecture: Architecture) -> [(Range<Int>, TensorRole)] {
    var offset = 0
    return (0..<architecture.tensorCount).map { index in
      let shape = architecture.tensor(at: index)
      defer { offset += shape.count }
      return (offset..<offset + shape.count, shape.role)
    }
  }
}

/// The bytes of a golden file.
func goldenFile(_ name: String) throws -> Data {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Golden"))
  return try Data(contentsOf: url)
}

/// Little-endian float32.
func floats(_ data: Data) -> [Float] {
  data.withUnsafeBytes { bytes in
    (0..<bytes.count / 4).map { index in
      let bits = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
      return Float(bitPattern: UInt32(littleEndian: bits))
    }
  }
}
