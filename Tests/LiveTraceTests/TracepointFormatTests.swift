import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

@Suite struct TracepointFormatTests {
  private func field(_ text: String, _ name: StaticString) -> TracepointField? {
    Array(text.utf8).withUnsafeBytes { TracepointFormat($0).field(name) }
  }

  private func id(_ text: String) -> UInt16? {
    Array(text.utf8).withUnsafeBytes { TracepointFormat($0).id }
  }

  @Test func fieldsAreWhereTheFormatSays() {
    #expect(id(TracepointBytes.enter) == 443)
    #expect(
      field(TracepointBytes.enter, "id") == TracepointField(offset: 8, size: 8, isSigned: true))
    #expect(
      field(TracepointBytes.enter, "args")
        == TracepointField(offset: 16, size: 48, isSigned: false))
    #expect(
      field(TracepointBytes.exec, "filename")
        == TracepointField(offset: 8, size: 4, isSigned: false))
    #expect(
      field(TracepointBytes.connect, "skaddr")
        == TracepointField(offset: 8, size: 8, isSigned: false))
    #expect(field(TracepointBytes.connect, "daddr_v6")?.offset == 56)
    #expect(field(TracepointBytes.connect, "daddr")?.offset == 36)
  }

  @Test func onlyAWholeNameIsAField() {
    for name: StaticString in ["i", "d", "pid", "arg", "args[6]", "", "long", "ret"] {
      #expect(field(TracepointBytes.enter, name) == nil, "\(name)")
    }
  }

  @Test(arguments: [
    "ID: ", "ID: x", "ID: 65536", "ID: 99999999999999999999", "id: 3", "", "\n\n",
  ]) func aTextWithoutAnIDHasNone(text: String) {
    #expect(id(text) == nil)
  }

  @Test(arguments: [
    "\tfield:long id;", "\tfield:long id;\toffset:8;", "\tfield:long id;\toffset:x;\tsize:8;",
    "\tfield:long id;\toffset:65533;\tsize:8;\tsigned:1;", "\tfield:", "\tfield:long ];",
    "\tfield:id;\toffset:8;\tsize:8;\tsigned:1;", "\tfield:long id;\tsize:8;\toffset:8;",
    "\tfield:long id;\toffset:-8;\tsize:8;\tsigned:1;",
    "\tfield:long id;\toffset:99999999999999999999;\tsize:8;\tsigned:1;",
  ]) func aDamagedFieldIsNone(text: String) {
    #expect(field(text, "id") == nil)
  }

  @Test func everyTruncationGivesAFieldOrNone() {
    let text = Array(TracepointBytes.connect.utf8)
    for count in 0..<text.count {
      text[..<count].withUnsafeBytes { bytes in
        let format = TracepointFormat(bytes)
        _ = (format.id, format.field("daddr_v6"), format.field("skaddr"))
      }
    }
  }

  @Test func numbersAreSignExtendedWhereTheyAreSigned() {
    let bytes: [UInt8] = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    func number(_ offset: Int, _ size: Int, _ isSigned: Bool) -> UInt64? {
      bytes.withUnsafeBytes {
        TracepointField(offset: offset, size: size, isSigned: isSigned).number($0)
      }
    }
    #expect(number(0, 8, true) == UInt64(bitPattern: -2))
    #expect(number(0, 4, true) == UInt64(bitPattern: -2))
    #expect(number(0, 4, false) == 0xffff_fffe)
    #expect(number(0, 2, false) == 0xfffe)
    #expect(number(7, 1, false) == 0xff)
    #expect(number(1, 8, false) == nil)
    #expect(number(0, 3, false) == nil)
  }

  @Test func aTextElsewhereInTheRecordStaysWithinIt() {
    let field = TracepointField(offset: 0, size: 4, isSigned: false)
    func text(_ location: UInt32, _ rest: String) -> String? {
      var bytes = Bytes()
      bytes.add(location)
      bytes.add(Array(rest.utf8))
      return bytes.all.withUnsafeBytes { record in
        field.text(record).map { String(decoding: $0, as: UTF8.self) }
      }
    }
    #expect(text(5 << 16 | 4, "/bin\0") == "/bin")
    #expect(text(3 << 16 | 4, "/bin\0") == "/bi")
    #expect(text(6 << 16 | 4, "/bin\0") == nil)
    #expect(text(0xffff_ffff, "/bin\0") == nil)
    #expect(text(9, "/bin\0")?.isEmpty == true)
    #expect(text(10, "/bin\0") == nil)
  }
}
