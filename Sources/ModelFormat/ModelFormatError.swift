/// Why bytes, dimensions or values are not a detector. Offsets are in bytes from the blob's first.
public enum ModelFormatError: Error, Equatable, Sendable {
  /// A dimension is outside the range that every reader accepts.
  case dimension(Dimension, found: Int, allowed: ClosedRange<Int>)

  // The file as a whole.

  /// The memory does not begin at a multiple of 4 bytes, which the weights need.
  case misaligned(by: Int)
  /// It begins like no blob of any version.
  case notABlob
  /// It begins like a blob that a transfer in text mode or a change of encoding has altered.
  case textModeDamage
  /// It ends at `atOffset` and has to be `needed` bytes long.
  case truncated(atOffset: Int, needed: Int)
  /// It goes on after its last byte.
  case trailingBytes(atOffset: Int, count: Int)
  /// The digest is not that of the bytes before it.
  case digestMismatch
  /// A byte that has no meaning is not zero.
  case reservedNotZero(atOffset: Int)

  // The header.

  /// Of a higher major version than this reader knows.
  case unsupportedVersion(found: Int)
  /// The header has another length than that of its version.
  case headerLength(found: Int)
  /// Header, metadata, weights and digest are together not as long as the file.
  case lengthSum(found: Int, needed: Int)
  /// The metadata's length is not that of its records, rounded up to a multiple of 64.
  case metadataLength(found: Int)
  /// The weights are not as long as the architecture's.
  case weightsLength(found: Int, needed: Int)
  /// No architecture has this number.
  case unsupportedArchitecture(found: Int)
  /// No precision of this version has this number.
  case unsupportedPrecision(found: Int)
  /// The scores are defined by another arithmetic than this program's.
  case unsupportedArithmetic(found: Int)
  /// A number that stands for a choice stands for none.
  case unknownChoice(Choice, found: Int, atOffset: Int)

  // The metadata.

  /// The record's type is not higher than the one before it.
  case recordOrder(type: Int, previous: Int, atOffset: Int)
  /// The record's flags are not those of its type.
  case recordFlags(type: Int, found: Int, atOffset: Int)
  /// The record goes on after the end of the metadata.
  case recordTooLong(type: Int, length: Int, atOffset: Int)
  /// The record is not as long as its contents.
  case recordLength(type: Int, found: Int, needed: Int, atOffset: Int)
  /// There is no such record.
  case missingRecord(type: Int)
  /// This reader does not know a record without which the detector means something else.
  case unknownCriticalRecord(type: Int, atOffset: Int)

  /// The record has no meaning in a blob of this precision.
  case unexpectedRecord(type: Int, atOffset: Int)

  // Values in the records.

  /// State 0 has not the id 0 and the name `unknown`.
  case firstState(atOffset: Int)
  /// The id of this state is not higher than the one before it.
  case stateOrder(state: Int, atOffset: Int)
  /// The name of this state is empty, too long or has a byte that no name may have.
  case stateName(state: Int, atOffset: Int)
  /// The list by name is not in increasing order of the names.
  case nameOrder(atOffset: Int)
  /// A surprise, score or threshold is outside its range; in units of 2^-24 nats.
  case surprise(found: Int, allowed: ClosedRange<Int>, atOffset: Int)
  /// The parameter of a threshold's rule is not finite or not above 0.
  case ruleParameter(atOffset: Int)
  /// A golden event has a state that the vocabulary has not.
  case goldenState(found: Int, atOffset: Int)
  /// The provenance is not lines `key=value` of UTF-8.
  case provenanceText(atOffset: Int)
  /// The key of the line is not higher than the one before it.
  case provenanceOrder(atOffset: Int)
  /// A weight is infinite or not a number.
  case nonFiniteWeight(atOffset: Int)
  /// An integer weight is -128, which the arithmetic leaves out.
  case integerWeight(atOffset: Int)
  /// A scale or a step is not a number in 2^-40...2^40.
  case scale(atOffset: Int)
  /// A statement about resources is not what the blob has.
  case resources(found: Int, needed: Int, atOffset: Int)

  // Descriptions that cannot be written.

  /// There are not as many weights as the architecture has.
  case weightCount(found: Int, needed: Int)
  /// There are not as many scales, or steps, as the architecture has.
  case scaleCount(found: Int, needed: Int)
  /// A weight of an int8 network is not a whole multiple of its scale, -127 to 127 times.
  case unquantizedWeight(index: Int)
  /// There are not as many states as the architecture has.
  case stateCount(found: Int, needed: Int)
}

extension ModelFormatError {
  /// The dimensions that have a limit.
  public enum Dimension: Equatable, Sendable {
    case vocabularySize, channels, kernelWidth, blocks, dilation, receptiveField, windowLength
    case detectionChannels, rollingLength, minimumEvents, goldenEvents, provenanceLength
  }

  /// The choices that are stored as a number.
  public enum Choice: Equatable, Sendable {
    case activation, tying, channelKind, thresholdRule
  }

  static func check(
    _ dimension: Dimension, _ value: Int, in allowed: ClosedRange<Int>
  ) throws(ModelFormatError) {
    guard allowed.contains(value) else {
      throw .dimension(dimension, found: value, allowed: allowed)
    }
  }
}

extension ModelFormatError {
  /// `.recordLength` of the record with these contents.
  static func length(
    of type: RecordType, _ contents: Range<Int>, needed: Int
  ) -> ModelFormatError {
    .recordLength(
      type: Int(type.rawValue), found: contents.count, needed: needed,
      atOffset: contents.lowerBound - BlobLayout.recordHeaderLength)
  }
}
