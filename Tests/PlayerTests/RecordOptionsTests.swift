import Foundation
import LiveTrace
import Testing

@testable import Player

@Suite struct RecordOptionsTests {
  private func parse(_ words: [String]) -> String {
    let copies = (["mle-player", "record"] + words).map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    var list = copies
    return list.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return "" }
      do throws(Arguments.Mistake) {
        try Arguments.lookForHelp(words.count + 2, base)
        return describe(try RecordOptions(words.count + 2, base, from: 2))
      } catch {
        return "\(error)"
      }
    }
  }

  private func describe(_ options: RecordOptions) -> String {
    let target =
      switch options.source.target {
      case .process(let pid): "pid \(pid)"
      case .cgroup(let path): "cgroup \(String(cString: path))"
      case .program(let name): "comm \(String(cString: name))"
      case .command(let words): "exec \(command(words))"
      case nil: "nobody"
      }
    return target + " > " + (options.file.map { String(cString: $0) } ?? "nothing")
      + " \(options.source.live.ringBytes) \(options.rotateBytes) \(options.rotateSeconds)"
  }

  private func command(_ words: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> String {
    var list: [String] = []
    while let word = words[list.count] { list.append(String(cString: word)) }
    return list.joined(separator: "|")
  }

  @Test func everyTargetIsTaken() {
    #expect(parse(["-o", "a", "--pid", "17"]) == "pid 17 > a 2097152 0 0")
    #expect(parse(["--cgroup", "/c", "-o", "-"]) == "cgroup /c > - 2097152 0 0")
    #expect(parse(["-o", "a", "--comm", "sh"]) == "comm sh > a 2097152 0 0")
    #expect(
      parse([
        "--rotate-seconds", "60", "--rotate-size", "8", "--ring-kib", "64", "-o", "a", "--pid",
        "2147483647",
      ]) == "pid 2147483647 > a 65536 8388608 60")
  }

  @Test func aCommandTakesTheRestOfTheLine() {
    #expect(
      parse(["-o", "a", "--exec", "ls", "--help", "-o", "b", "--pid"])
        == "exec ls|--help|-o|b|--pid > a 2097152 0 0")
    #expect(parse(["--exec", "ls", "-o", "a"]) == "noOutput")
  }

  @Test func everyMistakeIsNamed() {
    #expect(parse([]) == "noTarget")
    #expect(parse(["-o", "a"]) == "noTarget")
    #expect(parse(["--pid", "1"]) == "noOutput")
    #expect(parse(["-o"]) == "noValue(2)")
    #expect(parse(["-o", "a", "--cgroup"]) == "noValue(4)")
    #expect(parse(["-o", "a", "--comm", ""]) == "noValue(4)")
    #expect(parse(["-o", "a", "--exec"]) == "noValue(4)")
    #expect(parse(["-o", "a", "--pid", "1", "--comm", "x"]) == "secondTarget(6)")
    #expect(parse(["-o", "a", "b"]) == "surplus(4)")
    #expect(parse(["-o", "a", "--explain"]) == "unknownOption(4)")
    #expect(
      parse(["-o", "-", "--pid", "1", "--rotate-size", "1"]) == "rotatesStandardOutput")
    #expect(parse(["-o", "a", "--help"]) == "helpAsked")
  }

  @Test(arguments: ["0", "-1", "", "x", "2147483648", "99999999999999999999"])
  func aProcessHasANumber(text: String) {
    #expect(parse(["-o", "a", "--pid", text]).hasPrefix("badValue(4,"))
  }

  @Test(arguments: ["0", "3", "5", "2097152", "x", "", "9999999999"])
  func aRingIsAPowerOfTwo(text: String) {
    #expect(parse(["-o", "a", "--pid", "1", "--ring-kib", text]).hasPrefix("badValue(6,"))
  }

  @Test(arguments: ["0", "1000000", "x", "", "-3"]) func aRotationIsANumber(text: String) {
    #expect(parse(["-o", "a", "--rotate-size", text]).hasPrefix("badValue(4,"))
    #expect(parse(["-o", "a", "--rotate-seconds", text]).hasPrefix("badValue(4,"))
  }

  @Test(
    arguments: [
      ("day.mlt", "day.3.mlt"), ("day", "day.3"), ("a.b/c", "a.b/c.3"), (".mlt", ".mlt.3"),
      ("x.mlt.mlt", "x.mlt.3.mlt"),
    ]) func rotatedFilesAreNumbered(name: String, numbered: String)
  {
    let file = name.withCString { PathText($0, number: 3) }
    #expect(file.withCString { String(cString: $0) } == numbered)
  }
}
