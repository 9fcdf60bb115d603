/// One sentence about an error, *fact; remedy*, with numbers in it.
///
/// It holds no `String` and needs no allocation, so that a device prints the same sentence as a
/// workstation.
public struct Message: Sendable {
  private let template: StaticString
  private let numbers: (Int64, Int64, Int64)
  private let subject: StaticString

  /// A sentence without a number. Each `@` in `template` stands for `subject`.
  public init(_ template: StaticString, subject: StaticString = "") {
    self.init(template, 0, 0, 0, subject: subject)
  }

  /// A sentence in which `#` stands for a number.
  public init(_ template: StaticString, _ number: some BinaryInteger, subject: StaticString = "") {
    self.init(template, number, 0, 0, subject: subject)
  }

  /// A sentence in which each `#` stands for the next of two numbers.
  public init(
    _ template: StaticString, _ first: some BinaryInteger, _ second: some BinaryInteger,
    subject: StaticString = ""
  ) {
    self.init(template, first, second, 0, subject: subject)
  }

  /// A sentence in which each `#` stands for the next of three numbers.
  public init(
    _ template: StaticString, _ first: some BinaryInteger, _ second: some BinaryInteger,
    _ third: some BinaryInteger, subject: StaticString = ""
  ) {
    self.template = template
    numbers = (Int64(clamping: first), Int64(clamping: second), Int64(clamping: third))
    self.subject = subject
  }

  /// Gives the sentence's bytes, ASCII and without a line end, to `put`.
  public func write(_ put: (UInt8) -> Void) {
    var remaining = numbers
    template.withUTF8Buffer { bytes in
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "#"):
          Self.write(remaining.0, put)
          remaining = (remaining.1, remaining.2, 0)
        case UInt8(ascii: "@"):
          subject.withUTF8Buffer { for byte in $0 { put(byte) } }
        default:
          put(byte)
        }
      }
    }
  }

  private static func write(_ number: Int64, _ put: (UInt8) -> Void) {
    if number < 0 { put(UInt8(ascii: "-")) }
    DecimalDigits(number.magnitude).write(put)
  }

  /// The sentence, for the tools of the workstation.
  public var text: String {
    var bytes: [UInt8] = []
    write { bytes.append($0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The decimal digits of a number, in place.
struct DecimalDigits {
  private var digits = InlineArray<20, UInt8>(repeating: 0)
  private var first = 20

  init(_ number: UInt64) {
    var rest = number
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
  }

  func write(_ put: (UInt8) -> Void) {
    for index in first..<20 { put(digits[index]) }
  }
}
