import TestSupport
import Testing

@testable import Player

@Suite struct ConfigurationFileTests {
  private func words(_ text: String) throws(ConfigurationFile.Mistake) -> [String] {
    let file = try parse(text)
    var words: [String] = []
    for index in 0..<file.count {
      if let word = file.words[index] { words.append(String(cString: word)) }
    }
    return words
  }

  private func parse(_ text: String) throws(ConfigurationFile.Mistake) -> ConfigurationFile {
    let result = Array(text.utf8).withUnsafeBytes { bytes in
      Result { () throws(ConfigurationFile.Mistake) in try ConfigurationFile(parsing: bytes) }
    }
    return try result.get()
  }

  private func mistake(_ text: String) -> ConfigurationFile.Mistake? {
    do throws(ConfigurationFile.Mistake) {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test func everyLineIsAnOption() throws {
    let text = """
      # what is watched
      cgroup = /sys/fs/cgroup/web

        mode=enforce
      \tmodel = httpd=/etc/mle/a b.mle\r
      explain = yes
      kill-on-lossy = no
      """
    #expect(
      try words(text) == [
        "--cgroup", "/sys/fs/cgroup/web", "--mode", "enforce", "--model", "httpd=/etc/mle/a b.mle",
        "--explain",
      ])
  }

  @Test func everyWordKnowsItsLine() throws {
    let file = try parse("# one\nmode = alert\n\nexplain = yes\n")
    #expect((0..<file.count).map { file.line(ofWord: $0) } == [2, 2, 4])
  }

  @Test(arguments: ["", "\n\n", "   ", "# only\n#comments"]) func nothingIsNothing(text: String)
    throws
  {
    #expect(try words(text) == [])
  }

  @Test func everyMistakeHasItsLine() {
    #expect(mistake("mode = alert\nexplain\n") == .noEqualsSign(line: 2))
    #expect(mistake("= 7") == .noKey(line: 1))
    #expect(mistake("\n\nmode =   \n") == .noValue(line: 3))
    #expect(mistake("explain = true") == .notYesOrNo(line: 1))
    #expect(mistake("mode = a\0b") == .zeroByte(line: 1))
    #expect(mistake("exec = sh") == .notInFile(line: 1))
    #expect(mistake("config = other") == .notInFile(line: 1))
  }

  @Test func anyBytesAreAFileOrAMistake() {
    var generator = SplitMix64(seed: 11)
    let alphabet = Array("mode=alert#\n\r \t\0explain=yes-".utf8)
    for _ in 0..<5000 {
      let count = Int(generator.next() % 60)
      let bytes = (0..<count).map { _ in
        alphabet[Int(generator.next() % UInt64(alphabet.count))]
      }
      bytes.withUnsafeBytes { bytes in
        guard let file = try? ConfigurationFile(parsing: bytes) else { return }
        for index in 0..<file.count { #expect(file.line(ofWord: index) >= 1) }
      }
    }
  }
}
