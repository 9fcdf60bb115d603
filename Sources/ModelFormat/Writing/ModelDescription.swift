import KernelTrace

/// Everything a blob says, in memory that can be changed: what exporters fill in and encode.
public struct ModelDescription: Equatable, Sendable {
  /// The shape of the network.
  public var architecture: Architecture
  /// V states: `unknown` with id 0, then in increasing order of their ids.
  public var states: [VocabularyState]
  /// No event counts for more.
  public var surpriseCap: Surprise
  /// That of every event whose state the network does not know.
  public var unknownSurprise: Surprise
  /// 1...4.
  public var channels: [DetectionChannel]
  /// 1...4096, of one thread from its beginning.
  public var goldenEvents: [GoldenEvent]
  /// In increasing order of the keys' bytes.
  public var provenance: [ProvenanceEntry]
  /// All tensors one after the other, in the order of `Architecture.tensor(at:)`.
  public var weights: [Float]
  /// The scales of an int8 network, of which all weights but biases are whole multiples; nil for
  /// float32.
  public var quantization: Quantization?
  /// What the detector takes on a device, if it is to say so.
  public var resources: ResourceCertificate?
  /// How far an int8 network is from float32, if it is to say so.
  public var certificate: QuantizationCertificate?
  /// This writer's, or what another one gave the blob that this was read from.
  public var minorVersion: UInt16 = BlobLayout.minorVersion
  /// Optional records of a newer writer, kept as they are; in increasing order of their types.
  public var otherRecords: [OptionalRecord] = []

  /// A description; `encoded()` says whether it can be a blob.
  public init(
    architecture: Architecture, states: [VocabularyState], surpriseCap: Surprise = .cap,
    unknownSurprise: Surprise = .cap, channels: [DetectionChannel], goldenEvents: [GoldenEvent],
    provenance: [ProvenanceEntry], weights: [Float]
  ) {
    self.architecture = architecture
    self.states = states
    self.surpriseCap = surpriseCap
    self.unknownSurprise = unknownSurprise
    self.channels = channels
    self.goldenEvents = goldenEvents
    self.provenance = provenance
    self.weights = weights
  }
}

extension ModelDescription {
  /// In which numbers the blob is to hold the weights.
  public var precision: Precision { quantization == nil ? .float32 : .int8 }
}

/// A state of a vocabulary.
public struct VocabularyState: Equatable, Sendable {
  /// In the alphabet of the source.
  public var id: UInt32
  /// 1 to 64 bytes, see `StateName`.
  public var name: String

  /// A state.
  public init(id: UInt32, name: String) {
    self.id = id
    self.name = name
  }
}

/// One fact about where a detector came from.
public struct ProvenanceEntry: Equatable, Sendable {
  /// `a-z`, `0-9`, `-` and `.`.
  public var key: String
  /// Without control characters.
  public var value: String

  /// An entry.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// A metadata record that this version does not know and may pass over.
public struct OptionalRecord: Equatable, Sendable {
  /// None of the known types.
  public var type: UInt16
  /// Its contents.
  public var bytes: [UInt8]

  /// A record.
  public init(type: UInt16, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }
}
