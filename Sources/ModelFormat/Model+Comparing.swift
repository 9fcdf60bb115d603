import KernelTrace

extension Model {
  /// Whether both are the same network over the same states with windows of the same lengths, so
  /// that what a scorer keeps of a thread means the same in both. Thresholds may differ.
  public func hasSameState(as other: Model) -> Bool {
    guard architecture == other.architecture, precision == other.precision,
      channelCount == other.channelCount
    else { return false }
    for index in 0..<channelCount where channel(at: index).length != other.channel(at: index).length
    {
      return false
    }
    for index in 0..<vocabulary.count {
      guard vocabulary.id(at: index) == other.vocabulary.id(at: index),
        compareBytes(vocabulary.name(at: index), other.vocabulary.name(at: index)) == 0
      else { return false }
    }
    return compareBytes(bytes[header.weights], other.bytes[other.header.weights]) == 0
  }
}
