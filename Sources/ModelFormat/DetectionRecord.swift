/// The checked detection record: caps and channels.
struct DetectionRecord {
  let surpriseCap: Surprise
  let unknownSurprise: Surprise
  let channelCount: Int
  private let bytes: BlobBytes
  private let start: Int

  init(_ bytes: BlobBytes, in contents: Range<Int>) throws(ModelFormatError) {
    self.bytes = bytes
    start = contents.lowerBound
    guard contents.count >= BlobLayout.detectionHeaderLength else {
      throw .length(of: .detection, contents, needed: BlobLayout.detectionHeaderLength)
    }
    let largest = Int(Surprise.cap.units)
    surpriseCap = try bytes.surprise(at: start, in: 1...largest)
    unknownSurprise = try bytes.surprise(at: start + 4, in: 0...Int(surpriseCap.units))
    channelCount = bytes.int(at: start + 8)
    try ModelFormatError.check(
      .detectionChannels, channelCount, in: 1...Limits.detectionChannels)
    try bytes.checkZeros((start + 12)..<(start + 16))
    let needed =
      BlobLayout.detectionHeaderLength + channelCount * BlobLayout.detectionChannelLength
    guard contents.count == needed else { throw .length(of: .detection, contents, needed: needed) }
    for index in 0..<channelCount { try checkChannel(at: index) }
  }

  /// The channel at `index`; that its choices are known was checked.
  func channel(at index: Int) -> DetectionChannel {
    let offset = channelOffset(at: index)
    return DetectionChannel(
      kind: DetectionChannel.Kind(rawValue: bytes.u32(at: offset)) ?? .window,
      length: bytes.int(at: offset + 4), minimumEvents: bytes.int(at: offset + 8),
      threshold: Surprise(units: bytes.u32(at: offset + 12)),
      rule: ThresholdRule(rawValue: bytes.u32(at: offset + 16)) ?? .fixed,
      parameter: bytes.f32(at: offset + 20),
      calibrationMaximum: Surprise(units: bytes.u32(at: offset + 24)))
  }

  private func checkChannel(at index: Int) throws(ModelFormatError) {
    let offset = channelOffset(at: index)
    guard DetectionChannel.Kind(rawValue: bytes.u32(at: offset)) != nil else {
      throw .unknownChoice(.channelKind, found: bytes.int(at: offset), atOffset: offset)
    }
    try ModelFormatError.check(
      .rollingLength, bytes.int(at: offset + 4), in: 1...Limits.rollingLength)
    try ModelFormatError.check(
      .minimumEvents, bytes.int(at: offset + 8), in: 1...Limits.rollingLength)
    _ = try bytes.surprise(at: offset + 12, in: 1...Int(clamping: UInt32.max))
    guard ThresholdRule(rawValue: bytes.u32(at: offset + 16)) != nil else {
      throw .unknownChoice(.thresholdRule, found: bytes.int(at: offset + 16), atOffset: offset + 16)
    }
    let parameter = bytes.f32(at: offset + 20)
    guard parameter.isFinite && parameter > 0 else { throw .ruleParameter(atOffset: offset + 20) }
    try bytes.checkZeros((offset + 28)..<(offset + 32))
  }

  private func channelOffset(at index: Int) -> Int {
    start + BlobLayout.detectionHeaderLength + index * BlobLayout.detectionChannelLength
  }
}

extension BlobBytes {
  func surprise(
    at offset: Int, in allowed: ClosedRange<Int>
  ) throws(ModelFormatError) -> Surprise {
    let units = u32(at: offset)
    guard allowed.contains(Int(clamping: units)) else {
      throw .surprise(found: Int(clamping: units), allowed: allowed, atOffset: offset)
    }
    return Surprise(units: units)
  }
}
