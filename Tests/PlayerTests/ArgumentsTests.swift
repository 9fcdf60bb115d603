import Foundation
import Testing

@testable import Player

@Suite struct ArgumentsTests {
  /// What is kept of a command line once its memory is gone.
  private struct Parsed: Equatable {
    var isInfo = false
    var model = ""
    var input: String?
    var printsScores = false
    var printsDigest = false
    var explains = false
    var skipsSelfTest = false
    var processes = 256
  }

  private func parse(_ words: [String]) throws(Arguments.Mistake) -> Parsed {
    let copies = (["mle-player"] + words).map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    var list = copies
    let result = list.withUnsafeMutableBufferPointer { buffer in
      Result { () throws(Arguments.Mistake) -> Parsed in
        guard let base = buffer.baseAddress else { throw .noCommand }
        try Arguments.lookForHelp(words.count + 1, base)
        let arguments = try Arguments(words.count + 1, base)
        return Parsed(
          isInfo: arguments.command == .info,
          model: arguments.model.map { String(cString: $0) } ?? "",
          input: arguments.input.map { String(cString: $0) }, printsScores: arguments.printsScores,
          printsDigest: arguments.printsDigest, explains: arguments.explains,
          skipsSelfTest: arguments.skipsSelfTest, processes: arguments.processes)
      }
    }
    return try result.get()
  }

  private func mistake(_ words: String...) -> String {
    do throws(Arguments.Mistake) {
      return "\(try parse(words))"
    } catch {
      return "\(error)"
    }
  }

  @Test func theShortestCommandHasTheDefaults() throws {
    #expect(try parse(["score", "m.mle"]) == Parsed(model: "m.mle"))
    #expect(try parse(["info", "m.mle"]) == Parsed(isInfo: true, model: "m.mle"))
  }

  @Test func optionsMayStandAnywhereAfterTheCommand() throws {
    let expected = Parsed(
      model: "m.mle", input: "c.mlt", printsScores: true, printsDigest: true, explains: true,
      skipsSelfTest: true, processes: 9)
    let words = [
      "--scores", "m.mle", "--digest", "--processes", "9", "c.mlt", "--explain", "--skip-self-test",
    ]
    #expect(try parse(["score"] + words) == expected)
    #expect(
      try parse(["score", "m.mle", "c.mlt"] + words.filter { !$0.contains(".m") }) == expected)
  }

  @Test func aDashIsAnInputAndNoOption() throws {
    #expect(try parse(["score", "m.mle", "-"]).input == "-")
  }

  @Test(arguments: [("2", 2), ("65536", 65_536), ("000256", 256)])
  func processesTakesItsRange(text: String, number: Int) throws {
    #expect(try parse(["score", "m", "--processes", text]).processes == number)
    #expect(try parse(["info", "m", "--processes", text]).processes == number)
  }

  @Test(arguments: [
    "1", "0", "65537", "-2", "+2", "", " 2", "2 ", "0x10", "1e3", "9999999", "99999999999999999999",
    "٣",
  ]) func processesRefusesAnythingElse(text: String) {
    #expect(mistake("score", "m", "--processes", text).hasPrefix("badValue(3,"))
  }

  @Test func everyMistakeIsNamedWithItsPlace() {
    #expect(mistake() == "noCommand")
    #expect(mistake("play") == "unknownCommand(1)")
    #expect(mistake("scores", "m") == "unknownCommand(1)")
    #expect(mistake("scor", "m") == "unknownCommand(1)")
    #expect(mistake("") == "unknownCommand(1)")
    #expect(mistake("--scores") == "unknownCommand(1)")
    #expect(mistake("score") == "noModel")
    #expect(mistake("info") == "noModel")
    #expect(mistake("score", "--scores") == "noModel")
    #expect(mistake("score", "m", "--score") == "unknownOption(3)")
    #expect(mistake("score", "m", "--scores=1") == "unknownOption(3)")
    #expect(mistake("score", "m", "-s") == "unknownOption(3)")
    #expect(mistake("score", "m", "--") == "unknownOption(3)")
    #expect(mistake("info", "m", "--unknown") == "unknownOption(3)")
    #expect(mistake("info", "m", "--digest") == "notForThisCommand(3)")
    #expect(mistake("info", "m", "--explain") == "notForThisCommand(3)")
    #expect(mistake("info", "m", "--skip-self-test") == "notForThisCommand(3)")
    #expect(mistake("info", "m", "c") == "surplus(3)")
    #expect(mistake("score", "m", "c", "d") == "surplus(4)")
    #expect(mistake("score", "m", "--processes") == "noValue(3)")
  }

  @Test func helpAndVersionWinOverMistakes() {
    #expect(mistake("play", "--help") == "helpAsked")
    #expect(mistake("score", "--processes", "-h") == "helpAsked")
    #expect(mistake("--version") == "versionAsked")
    #expect(mistake("score", "m", "--nonsense", "--version") == "versionAsked")
  }
}
