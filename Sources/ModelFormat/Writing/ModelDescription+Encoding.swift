import KernelTrace

extension ModelDescription {
  /// The bytes of the blob. The same description gives the same bytes.
  ///
  /// - Throws: why no reader would accept it. The finished blob is read back to find that out, so
  ///   that there is one set of rules; offsets in an error are those of the blob that was refused.
  public func encoded() throws(ModelFormatError) -> [UInt8] {
    try checkCounts()
    var blob = header()
    appendRecords(to: &blob)
    blob.pad(toMultipleOf: BlobLayout.alignment)
    blob.store(
      UInt32(clamping: blob.count - BlobLayout.headerLength), at: HeaderOffset.metadataLength)
    let weightsStart = blob.count
    try appendWeights(to: &blob)
    blob.store(UInt32(clamping: blob.count - weightsStart), at: HeaderOffset.weightsLength)
    blob.store(UInt64(blob.count + BlobLayout.digestLength), at: HeaderOffset.totalLength)
    let digest = blob.withUnsafeBytes { SHA256.hash($0) }
    for index in 0..<SHA256.Digest.count { blob.append(digest[index]) }
    try Self.checkReadable(blob)
    return blob
  }

  /// What has to hold before anything can be laid out.
  private func checkCounts() throws(ModelFormatError) {
    guard states.count == architecture.vocabularySize else {
      throw .stateCount(found: states.count, needed: architecture.vocabularySize)
    }
    try checkWeights()
    for (index, event) in goldenEvents.enumerated() where event.state < 0 {
      throw .goldenState(found: event.state, atOffset: index)
    }
    // They would be read as the end of a key or of a line.
    for (index, entry) in provenance.enumerated() {
      let isAmbiguous =
        entry.key.utf8.contains(UInt8(ascii: "="))
        || entry.key.utf8.contains(UInt8(ascii: "\n"))
        || entry.value.utf8.contains(UInt8(ascii: "\n"))
      if isAmbiguous { throw .provenanceText(atOffset: index) }
    }
  }

  private static func checkReadable(_ blob: [UInt8]) throws(ModelFormatError) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: blob.count, alignment: BlobLayout.alignment)
    defer { memory.deallocate() }
    memory.copyBytes(from: blob)
    _ = try Model(bytes: UnsafeRawBufferPointer(memory))
  }
}

extension ModelDescription {
  private func header() -> [UInt8] {
    var header: [UInt8] = []
    for index in 0..<8 { header.append(BlobLayout.magic[index]) }
    header.append(littleEndian: BlobLayout.majorVersion)
    header.append(littleEndian: minorVersion)
    header.append(littleEndian: UInt32(BlobLayout.headerLength))
    header.append(littleEndian: UInt64(0))  // total length
    header.append(littleEndian: UInt32(0))  // metadata length
    header.append(littleEndian: UInt32(0))  // weights length
    header.append(
      littleEndian: architecture.isTCN ? ArchitectureCode.tcn : ArchitectureCode.windowCNN)
    header.append(littleEndian: precision.rawValue)
    header.append(littleEndian: BlobLayout.arithmeticVersion)
    header.append(littleEndian: UInt16(0))
    header.append(littleEndian: UInt32(architecture.vocabularySize))
    switch architecture {
    case .tcn(let network):
      header.append(littleEndian: UInt16(network.channels))
      header.append(littleEndian: UInt16(network.kernelWidth))
      header.append(littleEndian: UInt16(network.dilations.count))
      header.append(network.activation.rawValue)
      header.append(network.isTied ? 1 : 0)
      for block in 0..<network.dilations.count {
        header.append(littleEndian: UInt16(network.dilations[block]))
      }
    case .windowCNN(let network):
      header.append(littleEndian: UInt16(network.windowLength))
    }
    header.pad(toMultipleOf: BlobLayout.headerLength)
    return header
  }
}

extension ModelDescription {
  private func appendRecords(to blob: inout [UInt8]) {
    var records = otherRecords.map { (type: $0.type, bytes: $0.bytes) }
    records.append((RecordType.vocabulary.rawValue, vocabularyRecord()))
    records.append((RecordType.detection.rawValue, detectionRecord()))
    records.append((RecordType.goldenEvents.rawValue, goldenRecord()))
    let text = provenanceRecord()
    if !text.isEmpty { records.append((RecordType.provenance.rawValue, text)) }
    if let resources { records.append((RecordType.resources.rawValue, resources.record)) }
    if let certificate { records.append((RecordType.quantization.rawValue, certificate.record)) }
    for record in records.sorted(by: { $0.type < $1.type }) {
      let isCritical = RecordType(rawValue: record.type)?.isCritical ?? false
      blob.append(littleEndian: record.type)
      blob.append(littleEndian: isCritical ? BlobLayout.criticalFlag : 0)
      blob.append(littleEndian: UInt32(clamping: record.bytes.count))
      blob.append(contentsOf: record.bytes)
      blob.pad(toMultipleOf: BlobLayout.recordAlignment)
    }
  }

  private func vocabularyRecord() -> [UInt8] {
    let names = states.map { Array($0.name.utf8) }
    var record: [UInt8] = []
    for state in states { record.append(littleEndian: state.id) }
    var end = 0
    for name in names {
      end += name.count
      record.append(littleEndian: UInt32(clamping: end))
    }
    for index in names.indices.sorted(by: { names[$0].lexicographicallyPrecedes(names[$1]) }) {
      record.append(littleEndian: UInt16(index))
    }
    record.pad(toMultipleOf: 4)
    for name in names { record.append(contentsOf: name) }
    return record
  }

  private func detectionRecord() -> [UInt8] {
    var record: [UInt8] = []
    record.append(littleEndian: surpriseCap.units)
    record.append(littleEndian: unknownSurprise.units)
    record.append(littleEndian: UInt32(channels.count))
    record.append(littleEndian: UInt32(0))
    for channel in channels {
      record.append(littleEndian: channel.kind.rawValue)
      record.append(littleEndian: UInt32(clamping: channel.length))
      record.append(littleEndian: UInt32(clamping: channel.minimumEvents))
      record.append(littleEndian: channel.threshold.units)
      record.append(littleEndian: channel.rule.rawValue)
      record.append(littleEndian: channel.parameter.bitPattern)
      record.append(littleEndian: channel.calibrationMaximum.units)
      record.append(littleEndian: UInt32(0))
    }
    return record
  }

  private func goldenRecord() -> [UInt8] {
    var record: [UInt8] = []
    record.append(littleEndian: UInt32(clamping: goldenEvents.count))
    record.append(littleEndian: UInt32(0))
    for event in goldenEvents {
      record.append(littleEndian: UInt32(clamping: event.state))
      record.append(littleEndian: event.surprise.units)
    }
    return record
  }

  private func provenanceRecord() -> [UInt8] {
    var text: [UInt8] = []
    for entry in provenance {
      text.append(contentsOf: entry.key.utf8)
      text.append(UInt8(ascii: "="))
      text.append(contentsOf: entry.value.utf8)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }
}

extension ResourceCertificate {
  fileprivate var record: [UInt8] {
    var record: [UInt8] = []
    for number in [weightBytes, bytesPerProcess, multiplyAddsPerEvent, 0] {
      record.append(littleEndian: UInt32(clamping: number))
    }
    return record
  }
}

extension QuantizationCertificate {
  fileprivate var record: [UInt8] {
    var record: [UInt8] = []
    for surprise in [largestDifference, meanDifference, float32Maximum, float32Threshold] {
      record.append(littleEndian: surprise.units)
    }
    record.append(littleEndian: scores)
    record.append(littleEndian: differentVerdicts)
    return record
  }
}

extension Architecture {
  fileprivate var isTCN: Bool {
    if case .tcn = self { true } else { false }
  }
}
