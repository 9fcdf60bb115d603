/// Why bytes or dimensions are not a detector.
public enum ModelFormatError: Error, Equatable, Sendable {
  /// A dimension is outside the range that every reader accepts.
  case dimension(Dimension, found: Int, allowed: ClosedRange<Int>)
}

extension ModelFormatError {
  /// The dimensions that have a limit.
  public enum Dimension: Equatable, Sendable {
    case vocabularySize, channels, kernelWidth, blocks, dilation, receptiveField, windowLength
    case detectionChannels, rollingLength, goldenEvents, stateNameLength, provenanceLength
  }

  static func check(
    _ dimension: Dimension, _ value: Int, in allowed: ClosedRange<Int>
  ) throws(ModelFormatError) {
    guard allowed.contains(value) else {
      throw .dimension(dimension, found: value, allowed: allowed)
    }
  }
}
