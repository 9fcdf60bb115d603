/// The numbers of `docs/capture-format.md` that reader and writer share.
enum CaptureLayout {
  /// `\x89MLT\r\n\x1a\n`: a transfer in text mode breaks it.
  static let magic: InlineArray<8, UInt8> = [0x89, 0x4d, 0x4c, 0x54, 0x0d, 0x0a, 0x1a, 0x0a]
  static let majorVersion: UInt16 = 1
  static let minorVersion: UInt16 = 0
  static let headerLength = 16
  static let blockHeaderLength = 12
  static let longestPayload = 1 << 20
  static let mostStates = 65536
  static let longestProgramName = 15

  enum Tag: UInt8 {
    case state = 1
    case event, fork, exec, exit, lost
  }
}

/// What a capture holds, in the order it was written.
public enum CaptureItem {
  /// The state `id` of the source's alphabet has this name. The bytes are the reader's, valid until
  /// it is asked for the next item.
  case stateName(id: UInt32, name: UnsafeRawBufferPointer)
  /// A record; the state of an event was named before.
  case record(TraceRecord)
}

/// How the bytes that a reader was given so far end.
public enum CaptureEnd: Equatable, Sendable {
  /// After a whole block; `atOffset` is the capture's length.
  case complete(atOffset: UInt64)
  /// Inside a block that begins at `atOffset`: the recording was interrupted there. All blocks
  /// before it have been read, and a writer may continue the file from there.
  case cutOff(atOffset: UInt64)
}
