import Foundation
import ModelFormat
import TestSupport

/// What a blob says, or why it is none; every accessor of the model is used.
func decode(_ blob: [UInt8]) throws(ModelFormatError) -> ModelDescription {
  try withModel(blob) { model in
    for index in 0..<model.vocabulary.count {
      precondition(model.vocabulary.index(ofID: model.vocabulary.id(at: index)) == index)
      precondition(model.vocabulary.index(ofName: model.vocabulary.name(at: index)) == index)
    }
    return ModelDescription(model)
  }
}

func withModel<R>(
  _ blob: [UInt8], _ body: (Model) -> R
) throws(ModelFormatError) -> R {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(blob.count, 1), alignment: 64)
  defer { memory.deallocate() }
  memory.copyBytes(from: blob)
  return body(try Model(bytes: UnsafeRawBufferPointer(rebasing: memory[..<blob.count])))
}

/// The error that `blob` is refused with.
func refusal(of blob: [UInt8]) -> ModelFormatError? {
  do throws(ModelFormatError) {
    _ = try decode(blob)
    return nil
  } catch {
    return error
  }
}

/// `blob` with the digest that its bytes have now, so that it is the rest that is judged.
func withValidDigest(_ blob: [UInt8]) -> [UInt8] {
  let content = Array(blob.dropLast(32))
  let digest = content.withUnsafeBytes { SHA256.hash($0) }
  return content + (0..<32).map { digest[$0] }
}

enum Sample {
  /// The smallest network, so that each of its bits can be tried.
  static func smallest() throws -> ModelDescription {
    var dilations = Dilations()
    try dilations.append(1)
    let network = try TemporalConvNet(
      vocabularySize: 3, channels: 1, kernelWidth: 2, dilations: dilations, activation: .relu,
      isTied: true)
    return describe(.tcn(network), seed: 1)
  }

  static func gated() throws -> ModelDescription {
    var dilations = Dilations()
    for dilation in [1, 2, 4] { try dilations.append(dilation) }
    let network = try TemporalConvNet(
      vocabularySize: 20, channels: 5, kernelWidth: 3, dilations: dilations, activation: .gated,
      isTied: false)
    return describe(.tcn(network), seed: 2)
  }

  static func window() throws -> ModelDescription {
    describe(.windowCNN(try WindowConvNet(vocabularySize: 7, windowLength: 5)), seed: 3)
  }

  /// The smallest network in int8, with both certificates.
  static func certified() throws -> ModelDescription {
    var description = try smallest().inIntegers()
    description.resources = ResourceCertificate(
      weightBytes: 10 * 64, bytesPerProcess: 320, multiplyAddsPerEvent: 6)
    description.certificate = QuantizationCertificate(
      largestDifference: Surprise(units: 70_000), meanDifference: Surprise(units: 300),
      float32Maximum: Surprise(units: 21_000_000), float32Threshold: Surprise(units: 42_000_000),
      scores: 5_000_000_000, differentVerdicts: 12)
    return description
  }

  static func describe(_ architecture: Architecture, seed: UInt64) -> ModelDescription {
    var random = SplitMix64(seed: seed)
    let states = (0..<architecture.vocabularySize).map { index in
      index == 0
        ? VocabularyState(id: 0, name: "unknown")
        : VocabularyState(id: UInt32(3 * index), name: "s\((7 * index) % 101):\(index)")
    }
    let channel = DetectionChannel(
      length: 128, minimumEvents: 16, threshold: Surprise(units: 40_000_000), rule: .multiple,
      parameter: 2, calibrationMaximum: Surprise(units: 20_000_000))
    var slow = channel
    slow.kind = .ewma
    slow.length = 4096
    slow.rule = .outOfFoldQuantile
    slow.parameter = 0.999
    return ModelDescription(
      architecture: architecture, states: states, unknownSurprise: Surprise(units: 400_000_000),
      channels: [channel, slow],
      goldenEvents: (0..<3).map { GoldenEvent(state: $0 % 3, surprise: Surprise(units: 1000)) },
      provenance: [
        ProvenanceEntry(key: "data-set", value: "sha256:0123"),
        ProvenanceEntry(key: "note", value: "größer = besser"),
      ],
      weights: (0..<architecture.parameterCount).map { _ in random.nextUnit() })
  }
}

/// The parts of a blob that tests change.
struct Parts {
  let blob: [UInt8]

  /// Where the contents of the record of `type` begin.
  func record(_ type: UInt16) -> Int {
    var offset = 128
    while u16(offset) != type { offset += 8 + (Int(u32(offset + 4)) + 7) / 8 * 8 }
    return offset + 8
  }

  var weights: Int { 128 + Int(u32(24)) }

  func u16(_ offset: Int) -> UInt16 { UInt16(blob[offset]) | UInt16(blob[offset + 1]) << 8 }
  func u32(_ offset: Int) -> UInt32 {
    UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16
  }

  /// The blob with `bytes` at `offset`, and a digest to match.
  func replacing(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
    var changed = blob
    changed.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    return withValidDigest(changed)
  }

  func replacing(_ offset: Int, u16 number: UInt16) -> [UInt8] {
    replacing(offset, [UInt8(number & 255), UInt8(number >> 8)])
  }

  func replacing(_ offset: Int, u32 number: UInt32) -> [UInt8] {
    replacing(offset, (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
  }
}

func golden(_ name: String) throws -> [UInt8] {
  let folder = Bundle.module.bundleURL.appendingPathComponent("Golden")
  return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
}
