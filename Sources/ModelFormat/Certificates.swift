/// What a detector takes on a device, as its exporter states it.
public struct ResourceCertificate: Equatable, Sendable {
  /// Bytes of the weights, which stay in flash or in memory that all processes share.
  public var weightBytes: Int
  /// Bytes of memory for every process that is scored.
  public var bytesPerProcess: Int
  /// Multiply-adds of scoring one event, in the blob's precision.
  public var multiplyAddsPerEvent: Int

  /// A statement; one that contradicts its blob is refused by whoever writes or reads it.
  public init(weightBytes: Int, bytesPerProcess: Int, multiplyAddsPerEvent: Int) {
    self.weightBytes = weightBytes
    self.bytesPerProcess = bytesPerProcess
    self.multiplyAddsPerEvent = multiplyAddsPerEvent
  }

  static let length = 16

  init(
    _ bytes: BlobBytes, in contents: Range<Int>, _ header: BlobHeader
  ) throws(ModelFormatError) {
    let start = contents.lowerBound
    try bytes.checkLength(Self.length, of: contents, .resources)
    weightBytes = bytes.int(at: start)
    bytesPerProcess = bytes.int(at: start + 4)
    multiplyAddsPerEvent = bytes.int(at: start + 8)
    guard weightBytes == header.weights.count else {
      throw .resources(found: weightBytes, needed: header.weights.count, atOffset: start)
    }
    let products = header.architecture.multiplyAddsPerEvent
    guard multiplyAddsPerEvent == products else {
      throw .resources(found: multiplyAddsPerEvent, needed: products, atOffset: start + 8)
    }
    try bytes.checkZeros((start + 12)..<(start + 16))
  }
}

/// How far the scores of an int8 detector are from those of the float32 network it was made of, over
/// the calibration data.
public struct QuantizationCertificate: Equatable, Sendable {
  /// The largest absolute difference of two scores.
  public var largestDifference: Surprise
  /// The mean absolute difference, rounded up.
  public var meanDifference: Surprise
  /// The largest score of the float32 network; the detector's own is its channel's.
  public var float32Maximum: Surprise
  /// The threshold that the float32 network would have.
  public var float32Threshold: Surprise
  /// How many scores were compared.
  public var scores: UInt64
  /// How many of them are over one threshold and not over the other, each over its own.
  public var differentVerdicts: UInt64

  /// A statement.
  public init(
    largestDifference: Surprise, meanDifference: Surprise, float32Maximum: Surprise,
    float32Threshold: Surprise, scores: UInt64, differentVerdicts: UInt64
  ) {
    self.largestDifference = largestDifference
    self.meanDifference = meanDifference
    self.float32Maximum = float32Maximum
    self.float32Threshold = float32Threshold
    self.scores = scores
    self.differentVerdicts = differentVerdicts
  }

  static let length = 32

  init(
    _ bytes: BlobBytes, in contents: Range<Int>, _ header: BlobHeader
  ) throws(ModelFormatError) {
    let start = contents.lowerBound
    guard header.precision == .int8 else {
      throw .unexpectedRecord(type: Int(RecordType.quantization.rawValue), atOffset: start)
    }
    try bytes.checkLength(Self.length, of: contents, .quantization)
    largestDifference = Surprise(units: bytes.u32(at: start))
    meanDifference = Surprise(units: bytes.u32(at: start + 4))
    float32Maximum = Surprise(units: bytes.u32(at: start + 8))
    float32Threshold = Surprise(units: bytes.u32(at: start + 12))
    scores = bytes.u64(at: start + 16)
    differentVerdicts = bytes.u64(at: start + 24)
  }
}

extension BlobBytes {
  fileprivate func checkLength(
    _ needed: Int, of contents: Range<Int>, _ type: RecordType
  ) throws(ModelFormatError) {
    guard contents.count == needed else {
      throw .length(of: type, contents, needed: needed)
    }
  }
}
