/// Why bytes are no capture, or a record cannot become part of one.
///
/// Offsets are in bytes from the beginning of the capture; of a record that is being written, where
/// it would be.
public enum CaptureError: Error, Equatable, Sendable {
  /// It begins like no capture of any version.
  case notACapture
  /// Of a higher major version than this reader knows.
  case unsupportedVersion(found: Int)
  /// The header's checksum is wrong.
  case damagedHeader
  /// The header or checksum of the block at this offset is wrong, and it is not the torn end.
  case damagedBlock(atOffset: UInt64)
  /// The block's length is out of its range.
  case blockLength(found: Int, atOffset: UInt64)
  /// No record has this tag.
  case unknownTag(found: Int, atOffset: UInt64)
  /// The record does not end where its block does.
  case recordTooLong(atOffset: UInt64)
  /// A number is longer than its shortest form or larger than its field.
  case number(atOffset: UInt64)
  /// A process or thread number is 0.
  case threadNumberZero(atOffset: UInt64)
  /// Not the name of a state.
  case stateName(atOffset: UInt64)
  /// Not the name of a program.
  case programName(atOffset: UInt64)
  /// An event's state has not been named.
  case unnamedState(id: UInt32, atOffset: UInt64)
  /// A state was named before, with another name.
  case renamedState(id: UInt32, atOffset: UInt64)
  /// More than 65,536 states are named.
  case tooManyStates(atOffset: UInt64)
  /// The sink did not take the bytes of a block.
  case notWritten(atOffset: UInt64)
}

extension CaptureError {
  /// The fact and what to do, in one line.
  public var message: Message {
    switch self {
    case .notACapture:
      Message("is not a capture (.mlt); name a file that mle-player recorded")
    case .unsupportedVersion(let found):
      Message("is a capture of version #, this program reads 1; use a newer mle", found)
    case .damagedHeader:
      Message("its header (bytes 0 to 15) is damaged; copy the capture again, in binary mode")
    case .damagedBlock(let offset):
      Message("the block at byte # is damaged; copy the capture again, in binary mode", offset)
    case .blockLength(let found, let offset):
      Message(
        "the block at byte # is # bytes, allowed are 1 to 1048576; record it again", offset, found)
    case .unknownTag(let found, let offset):
      Message("the record at byte # has the unknown tag #; record it again", offset, found)
    case .recordTooLong(let offset):
      Message("the record at byte # goes past the end of its block; record it again", offset)
    case .number(let offset):
      Message("the number at byte # is too large or too long; record it again", offset)
    case .threadNumberZero(let offset):
      Message("the record at byte # has the process or thread number 0; record it again", offset)
    case .stateName(let offset):
      Message(
        "the record at byte # names a state with other than 1 to 64 plain characters; record it again",
        offset)
    case .programName(let offset):
      Message(
        "the record at byte # has a program name of other than 0 to 15 plain characters; record it again",
        offset)
    case .unnamedState(let id, let offset):
      Message(
        "the event at byte # has the state #, which was not named before; record it again", offset,
        id)
    case .renamedState(let id, let offset):
      Message(
        "the record at byte # names the state # differently than before; record it again", offset,
        id)
    case .tooManyStates(let offset):
      Message("the record at byte # names more than 65536 states; record it in parts", offset)
    case .notWritten(let offset):
      Message("the block for byte # could not be written; make room where it goes", offset)
    }
  }
}

extension CaptureError: CustomStringConvertible {
  /// The fact and what to do, in one line.
  public var description: String { message.text }
}
