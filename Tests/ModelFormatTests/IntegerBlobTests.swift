import ModelFormat
import TestSupport
import Testing

/// What is particular to int8 blobs.
@Suite struct IntegerBlobTests {
  let parts: Parts
  /// V = 3, C = 1, K = 2, tied: a convolution (1, 2), a mix (1, 1) and a head (3, 1), each one block of
  /// integers, its scales and its bias, then three steps.
  private let tensors = 3

  init() throws { parts = Parts(blob: try Sample.certified().encoded()) }

  private func refusal(_ offset: Int, u32 number: UInt32) -> ModelFormatError? {
    ModelFormatTests.refusal(of: parts.replacing(offset, u32: number))
  }

  private func refusal(_ offset: Int, byte: UInt8) -> ModelFormatError? {
    ModelFormatTests.refusal(of: parts.replacing(offset, [byte]))
  }

  @Test func anIntegerOfMinus128IsRefused() {
    for tensor in 0..<tensors {
      let integers = parts.weights + 192 * tensor
      #expect(refusal(integers, byte: 0x80) == .integerWeight(atOffset: integers))
      #expect(refusal(integers, byte: 0x81) == nil)
    }
  }

  @Test func bytesThatCompleteABlockAreZero() {
    // The convolution has one output of eight and two inputs of four, the head three and one.
    let (convolution, head) = (parts.weights, parts.weights + 384)
    for offset in 2..<64 {
      #expect(
        refusal(convolution + offset, byte: 1) == .reservedNotZero(atOffset: convolution + offset))
    }
    for offset in 0..<32 where ![0, 4, 8].contains(offset) {
      #expect(refusal(head + offset, byte: 1) == .reservedNotZero(atOffset: head + offset))
    }
  }

  @Test(arguments: [Float(0), -1, .nan, .infinity, 0x1p-41, 0x1.000002p40])
  func scalesAndStepsHaveARange(wrong: Float) {
    let steps = parts.weights + 192 * tensors
    for offset in [parts.weights + 64, parts.weights + 192 + 64, steps, steps + 8] {
      #expect(refusal(offset, u32: wrong.bitPattern) == .scale(atOffset: offset))
      for right in [Float(0x1p-40), 0x1p40, 1] {
        #expect(refusal(offset, u32: right.bitPattern) == nil)
      }
    }
  }

  @Test func zerosAreBetweenAllParts() {
    for part in 0...(3 * tensors) {
      let last = parts.weights + 64 * part + 63
      #expect(refusal(last, byte: 1) == .reservedNotZero(atOffset: last))
    }
    #expect(parts.blob.count == parts.weights + 64 * (3 * tensors + 1) + 32)
  }

  @Test func aBiasStaysAFiniteFloat() {
    let bias = parts.weights + 128
    #expect(refusal(bias, u32: Float.nan.bitPattern) == .nonFiniteWeight(atOffset: bias))
  }

  @Test func certificatesHaveToBeTrue() {
    let resources = parts.record(65)
    let weights = Int(parts.u32(28))
    #expect(
      refusal(resources, u32: 1) == .resources(found: 1, needed: weights, atOffset: resources))
    #expect(refusal(resources + 4, u32: 7) == nil)
    #expect(
      refusal(resources + 8, u32: 7) == .resources(found: 7, needed: 6, atOffset: resources + 8))
    #expect(refusal(resources + 12, u32: 1) == .reservedNotZero(atOffset: resources + 12))
    for type in [UInt16(65), 66] {
      let start = parts.record(type)
      let length = Int(parts.u32(start - 4))
      #expect(
        refusal(start - 4, u32: UInt32(length - 4))
          == .recordLength(type: Int(type), found: length - 4, needed: length, atOffset: start - 8))
    }
  }

  @Test func aQuantizationCertificateIsForIntegers() throws {
    var description = try Sample.smallest()
    description.certificate = try Sample.certified().certificate
    #expect {
      try description.encoded()
    } throws: {
      guard case .unexpectedRecord(type: 66, _)? = $0 as? ModelFormatError else { return false }
      return true
    }
  }

  @Test func aFloatBlobIsNoIntegerBlob() throws {
    let float = Parts(blob: try Sample.smallest().encoded())
    #expect(
      ModelFormatTests.refusal(of: float.replacing(34, u16: 2))
        == .weightsLength(found: 6 * 64, needed: 10 * 64))
    #expect(
      ModelFormatTests.refusal(of: parts.replacing(34, u16: 1))
        == .weightsLength(found: 10 * 64, needed: 6 * 64))
  }

  @Test func whatWouldNotComeBackIsNotWritten() throws {
    func refusal(_ change: (inout ModelDescription) -> Void) throws -> ModelFormatError? {
      var description = try Sample.certified()
      change(&description)
      do throws(ModelFormatError) {
        _ = try description.encoded()
        return nil
      } catch {
        return error
      }
    }
    #expect(try refusal { $0.weights[1] *= 1.001 } == .unquantizedWeight(index: 1))
    #expect(try refusal { $0.weights[0] = .nan } == .unquantizedWeight(index: 0))
    #expect(try refusal { $0.weights[0] *= 128 } == .unquantizedWeight(index: 0))
    #expect(
      try refusal { $0.quantization?.scales.removeLast() } == .scaleCount(found: 4, needed: 5))
    #expect(
      try refusal { $0.quantization?.inputSteps.append(1) } == .scaleCount(found: 4, needed: 3))
    #expect(try refusal { $0.quantization?.inputSteps[1] = 0 } != nil)
    #expect(try refusal { $0.weights[2] = 0.123 } == nil, "a bias is no multiple of anything")
  }

  @Test func numbersAreRoundedToTheNearestIntegerTiesToEven() {
    let cases: [(Float, Int8)] = [
      (0.49, 0), (0.5, 0), (0.51, 1), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (126.5, 126),
      (127.4, 127), (1e30, 127), (-127.5, -127), (-.infinity, -127),
    ]
    for (weight, integer) in cases {
      #expect(Quantization.integer(weight, scale: 1) == integer)
      #expect(Quantization.integer(weight * 0.25, scale: 0.25) == integer)
    }
  }

  @Test(arguments: [(1, 1), (4, 8), (5, 9), (13, 30), (96, 32)])
  func everyIntegerHasAPlaceOfItsOwn(inputs: Int, outputs: Int) throws {
    let layout = try #require(IntegerLayout(TensorShape(.headWeight, inputs, outputs)))
    var places: Set<Int> = []
    for input in 0..<inputs {
      for output in 0..<outputs {
        places.insert(layout.offset(input: input, output: output))
        #expect(layout.scaleIndex(input: input, output: output) == output)
      }
    }
    #expect(places.count == inputs * outputs)
    #expect((places.max() ?? 0) < layout.byteCount && (places.min() ?? -1) == 0)
    #expect(layout.byteCount == (inputs + 3) / 4 * 4 * ((outputs + 7) / 8 * 8))
  }

  @Test func placesAreThoseOfTheSpecification() throws {
    let layout = try #require(IntegerLayout(TensorShape(.mixWeight(block: 0), 10, 20)))
    // ceil(10 / 4) = 3 groups: output 13 is lane 5 of block 1, input 6 is place 2 of group 1.
    #expect(layout.offset(input: 6, output: 13) == ((1 * 3 + 1) * 8 + 5) * 4 + 2)
    let embedding = try #require(IntegerLayout(TensorShape(.embedding, 20, 10)))
    #expect(embedding.offset(input: 7, output: 3) == 73)
    #expect(embedding.scaleCount == 20 && embedding.scaleIndex(input: 7, output: 3) == 7)
    let first = try #require(IntegerLayout(TensorShape(.layerWeight(1), 3, 20, 32)))
    #expect(first.offset(input: 59, output: 31) == 1919)
    #expect(first.scaleCount == 32 && first.scaleIndex(input: 59, output: 31) == 31)
    #expect(IntegerLayout(TensorShape(.headBias, 20)) == nil)
  }
}
