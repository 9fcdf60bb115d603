import KernelTrace

extension ModelFormatError {
  // One table, however long: the compiler sees that no case is missing.

  /// The fact and what to do, in one line.
  public var message: Message {
    switch self {
    case .dimension(let dimension, let found, let allowed):
      Message(
        "@ is #, allowed are # to #; train a model within the limits", found, allowed.lowerBound,
        allowed.upperBound, subject: dimension.name)
    case .misaligned(let bytes):
      Message("is in memory # bytes after a multiple of 4; align it to 64 bytes", bytes)
    case .notABlob: Message("is not a blob (.mle); name a file that mle-export wrote")
    case .textModeDamage: Message("was altered by a transfer in text mode; copy it in binary mode")
    case .truncated(let offset, let needed):
      Message("ends at byte #, # are needed; copy it again", offset, needed)
    case .trailingBytes(let offset, let count):
      Message("has # bytes after its end at byte #; copy it again", count, offset)
    case .reservedNotZero(let offset):
      Message("byte # is reserved and not zero; export it again", offset)
    case .digestMismatch: Message("is damaged, its digest does not match; copy it again")
    case .unsupportedVersion(let found):
      Message("is of version #, this program reads 1; use a newer mle", found)
    case .headerLength(let found):
      Message("has a header of # bytes, not 128; copy it again", found)
    case .lengthSum(let found, let needed):
      Message("its parts add up to # bytes, not to its #; copy it again", found, needed)
    case .metadataLength(let found):
      Message(
        "has # bytes of metadata, not its records' up to a multiple of 64; export it again", found)
    case .weightsLength(let found, let needed):
      Message("has # bytes of weights, its network has #; export it again", found, needed)
    case .unsupportedArchitecture(let found):
      Message("has the unknown architecture #; use a newer mle", found)
    case .unsupportedPrecision(let found):
      Message("has the unknown precision #; use a newer mle", found)
    case .unsupportedArithmetic(let found):
      Message("has scores of arithmetic #, this program computes 1; use a newer mle", found)
    case .unknownChoice(let choice, let found, let offset):
      Message("has the unknown @ # at byte #; use a newer mle", found, offset, subject: choice.name)
    case .recordOrder(let type, let previous, let offset):
      Message("record # at byte # is after record #; export it again", type, offset, previous)
    case .recordFlags(let type, let found, let offset):
      Message("record # at byte # has the flags #; export it again", type, offset, found)
    case .recordTooLong(let type, let length, let offset):
      Message(
        "record # at byte # has # bytes, more than are left; export it again", type, offset, length)
    case .recordLength(let type, let found, let needed, _):
      Message("record # has # bytes, not #; export it again", type, found, needed)
    case .missingRecord(let type):
      Message("has no record #; export it again", type)
    case .unknownCriticalRecord(let type, let offset):
      Message("record # at byte # is unknown and cannot be left out; use a newer mle", type, offset)
    case .firstState(let offset):
      Message("state 0 (byte #) is not id 0 with the name unknown; export it again", offset)
    case .stateOrder(let state, let offset):
      Message("the id of state # (byte #) is out of order; export it again", state, offset)
    case .stateName(let state, let offset):
      Message(
        "the name of state # (byte #) is not 1 to 64 plain characters; rename it", state, offset)
    case .nameOrder(let offset):
      Message("the names are out of order or doubled at byte #; export it again", offset)
    case .surprise(let found, let allowed, let offset):
      Message(
        "the surprise at byte # is # units, more or less than its range up to #; export it again",
        offset, found, allowed.upperBound)
    case .ruleParameter(let offset):
      Message(
        "the threshold's parameter at byte # is not a number above 0; export it again", offset)
    case .goldenState(let found, let offset):
      Message("the golden event at byte # has the unknown state #; export it again", offset, found)
    case .provenanceText(let offset):
      Message("the provenance is not lines key=value at byte #; export it again", offset)
    case .provenanceOrder(let offset):
      Message("the provenance is out of order at byte #; export it again", offset)
    case .nonFiniteWeight(let offset):
      Message("the weight at byte # is not a finite number; train again", offset)
    case .integerWeight(let offset):
      Message("the integer weight at byte # is -128; export it again", offset)
    case .scale(let offset):
      Message(
        "the scale at byte # is not a number of 2^-40 to 2^40; train again with smaller weights",
        offset)
    case .resources(let found, let needed, let offset):
      Message(
        "the certificate at byte # says #, the network has #; export it again", offset, found,
        needed)
    case .unexpectedRecord(let type, let offset):
      Message("record # at byte # is for int8 weights only; export it again", type, offset)
    case .scaleCount(let found, let needed):
      Message("there are # scales, the network has #; quantize it again", found, needed)
    case .unquantizedWeight(let index):
      Message("weight # is no whole multiple of its scale; quantize it again", index)
    case .weightCount(let found, let needed):
      Message("there are # weights, the network has #; check the checkpoint", found, needed)
    case .stateCount(let found, let needed):
      Message("there are # states, the network has #; check the checkpoint", found, needed)
    }
  }
}

extension ModelFormatError.Dimension {
  /// In words.
  public var name: StaticString {
    switch self {
    case .vocabularySize: "the vocabulary size"
    case .channels: "the number of channels"
    case .kernelWidth: "the kernel width"
    case .blocks: "the number of blocks"
    case .dilation: "a dilation"
    case .receptiveField: "the receptive field"
    case .windowLength: "the window length"
    case .detectionChannels: "the number of detection channels"
    case .rollingLength: "the rolling length"
    case .minimumEvents: "the minimum of events"
    case .goldenEvents: "the number of golden events"
    case .provenanceLength: "the length of the provenance"
    }
  }
}

extension ModelFormatError.Choice {
  /// In words.
  public var name: StaticString {
    switch self {
    case .activation: "activation"
    case .tying: "tying of the embedding"
    case .channelKind: "kind of detection channel"
    case .thresholdRule: "rule of the threshold"
    }
  }
}
