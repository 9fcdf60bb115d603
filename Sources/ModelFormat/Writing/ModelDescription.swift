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
  /// 0, or what a newer writer gave the blob that this was read from.
  public var minorVersion: UInt16 = 0
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
