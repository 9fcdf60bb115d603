extension ModelDescription {
  /// What `model` says. `encoded()` gives the very bytes of it back.
  public init(_ model: Model) {
    let vocabulary = model.vocabulary
    self.init(
      architecture: model.architecture,
      states: (0..<vocabulary.count).map { index in
        let name = String(decoding: vocabulary.name(at: index), as: UTF8.self)
        return VocabularyState(id: vocabulary.id(at: index), name: name)
      },
      surpriseCap: model.surpriseCap, unknownSurprise: model.unknownSurprise,
      channels: (0..<model.channelCount).map { model.channel(at: $0) },
      goldenEvents: (0..<model.goldenEventCount).map { model.goldenEvent(at: $0) },
      provenance: Self.provenance(model.provenance), weights: Self.weights(of: model))
    quantization = Self.quantization(of: model)
    resources = model.resources
    certificate = model.quantization
    minorVersion = model.header.minorVersion
    otherRecords = Self.otherRecords(of: model)
  }

  private static func provenance(_ text: UnsafeRawBufferPointer) -> [ProvenanceEntry] {
    text.split(separator: UInt8(ascii: "\n")).map { line in
      let key = line.prefix { $0 != UInt8(ascii: "=") }
      return ProvenanceEntry(
        key: String(decoding: key, as: UTF8.self),
        value: String(decoding: line.dropFirst(key.count + 1), as: UTF8.self))
    }
  }

  private static func otherRecords(of model: Model) -> [OptionalRecord] {
    var records: [OptionalRecord] = []
    var cursor = RecordCursor(model.bytes, in: model.header.metadata)
    // The records were checked when the model was made; there is no error left to meet.
    while let record = try? cursor.next() {
      guard RecordType(rawValue: record.type) == nil else { continue }
      let bytes = Array(model.bytes[record.contents])
      records.append(OptionalRecord(type: record.type, bytes: bytes))
    }
    return records
  }
}
