import ModelFormat

extension TrainingConfiguration {
  /// All settings as text, by key, in increasing order; the keys are the options' names.
  public var settings: [(key: String, value: String)] {
    Self.fields.map { ($0.key, $0.text(self)) }
  }

  /// Lines `key=value`, as a checkpoint keeps them.
  public var text: String {
    settings.map { "\($0.key)=\($0.value)\n" }.joined()
  }

  /// Reads lines `key=value`; settings that are not named keep their defaults.
  ///
  /// - Throws: `.setting` for a line that is none, a key that is not known or a value that is not
  ///   what the key needs.
  public init(text: String) throws(TrainingError) {
    self.init()
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = String(parts[0])
      guard let field = Self.fields.first(where: { $0.key == key }) else {
        throw .setting(key: key, value: "", allowed: "a setting of this version")
      }
      guard parts.count == 2, field.set(&self, String(parts[1])) else {
        throw .setting(
          key: key, value: parts.count == 2 ? String(parts[1]) : "", allowed: "its text form")
      }
    }
  }

  /// The settings in which `other` differs.
  public func differences(
    from other: TrainingConfiguration
  ) -> [(key: String, own: String, other: String)] {
    zip(settings, other.settings).filter { $0.value != $1.value }
      .map { ($0.key, $0.value, $1.value) }
  }

  private struct Field: Sendable {
    let key: String
    let text: @Sendable (TrainingConfiguration) -> String
    let set: @Sendable (inout TrainingConfiguration, String) -> Bool

    init<Value: LosslessStringConvertible & Sendable>(
      _ key: String, _ path: WritableKeyPath<TrainingConfiguration, Value> & Sendable
    ) {
      self.init(key, path, { "\($0)" }, { Value($0) })
    }

    init<Value>(
      _ key: String, _ path: WritableKeyPath<TrainingConfiguration, Value> & Sendable,
      _ text: @escaping @Sendable (Value) -> String,
      _ value: @escaping @Sendable (String) -> Value?
    ) {
      self.key = key
      self.text = { text($0[keyPath: path]) }
      set = { configuration, text in
        guard let value = value(text) else { return false }
        configuration[keyPath: path] = value
        return true
      }
    }
  }

  private static let fields: [Field] = [
    Field(
      "activation", \.activation, { $0 == .gated ? "gated" : "relu" },
      { $0 == "gated" ? .gated : $0 == "relu" ? .relu : nil }),
    Field("batch-tokens", \.batchTokens),
    Field("channels", \.channels),
    Field("clip-norm", \.clipNorm),
    Field(
      "dilations", \.dilations, { $0.map(String.init).joined(separator: ",") },
      { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        return numbers.count == parts.count ? numbers : nil
      }),
    Field("dropout", \.dropout),
    Field("epochs", \.epochs),
    Field("held-out", \.heldOut),
    Field("kernel-width", \.kernelWidth),
    Field("learning-rate", \.learningRate),
    Field("min-count", \.minimumCount),
    Field("network", \.network, { $0.rawValue }, { NetworkKind(rawValue: $0) }),
    Field("patience", \.patience),
    Field("seed", \.seed),
    Field("segment-length", \.segmentLength),
    Field("tied", \.isTied),
    Field("unknown-rate", \.unknownRate),
    Field("warmup", \.warmup),
    Field("weight-decay", \.weightDecay),
    Field("window-length", \.windowLength),
  ]
}
