import KernelTrace
import TestSupport
import Testing

@Suite struct LineReaderTests {
  struct Result: Equatable {
    var lines: [String] = []
    var tooLong: [UInt64] = []
  }

  private func read(_ text: [UInt8], pieceLength: () -> Int) -> Result {
    var reader = LineReader()
    var result = Result()
    var start = 0
    while start < text.count {
      let length = min(pieceLength(), text.count - start)
      text.withUnsafeBytes { bytes in
        var rest = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])
        while true {
          do throws(TraceTextError) {
            guard let line = try reader.next(&rest) else { break }
            result.lines.append("\(reader.lineNumber):" + String(decoding: line, as: UTF8.self))
          } catch {
            result.tooLong.append(reader.lineNumber)
          }
        }
      }
      start += length
    }
    if let line = reader.last() {
      result.lines.append("\(reader.lineNumber):" + String(decoding: line, as: UTF8.self))
    }
    return result
  }

  @Test(arguments: [1, 2, 3, 7, 100]) func linesAreCutAtTheirEnds(pieceLength: Int) {
    let result = read(Array("a\n\nbc\r\nd".utf8)) { pieceLength }
    #expect(result == Result(lines: ["1:a", "2:", "3:bc\r", "4:d"]))
    let ended = read(Array("a\nb\n".utf8)) { pieceLength }
    #expect(ended == Result(lines: ["1:a", "2:b"]))
  }

  @Test(arguments: [1, 64, 4097, 20_000]) func aLineTooLongIsNamedAndPassedOver(pieceLength: Int) {
    let long = String(repeating: "x", count: 5000)
    let limit = String(repeating: "y", count: 4096) + "\r"
    let text = Array("a\n\(long)\nb\n\(limit)\n\(long)\(long)\(long)\nc\n\(long)".utf8)
    let result = read(text) { pieceLength }
    #expect(result.lines == ["1:a", "3:b", "4:\(limit)", "6:c"])
    #expect(result.tooLong == [2, 5, 7])
  }

  @Test func piecesOfAnySizeGiveTheSameLines() {
    var random = SplitMix64(seed: 41)
    for _ in 0..<200 {
      let text = (0..<(random.next() % 400)).map { _ in
        random.next() % 5 == 0 ? UInt8(ascii: "\n") : UInt8(ascii: "a")
      }
      #expect(read(text) { Int(1 + random.next() % 9) } == read(text) { .max })
    }
  }
}
