import TestSupport
import Testing

@testable import Player

@Suite struct JSONTextTests {
  private func objects(_ text: String) throws(JSONText.Mistake) -> [[String]] {
    var json = JSONText(Array(text.utf8))
    var objects: [[String]] = []
    while let members = try json.nextObject() {
      objects.append(
        members.map {
          String(decoding: $0.key, as: UTF8.self) + "=" + String(decoding: $0.value, as: UTF8.self)
        })
    }
    return objects
  }

  @Test func objectsFollowOneAnotherAndSpaceDoesNotCount() throws {
    let text = """
      {"a":1,"b":[1, 2 ,{"c" : "d e"}]}
      { "a" : -1.5E+3 ,
        "b" : { } , "c": [ ] , "d" : true,"e":null, "f":"\\"\\\\" }{}
      """
    #expect(
      try objects(text) == [
        ["a=1", "b=[1,2,{\"c\":\"d e\"}]"],
        ["a=-1.5E+3", "b={}", "c=[]", "d=true", "e=null", "f=\"\\\"\\\\\""], [],
      ])
    #expect(try objects(" \n\t\r") == [])
  }

  @Test(arguments: [
    ("x", 0), ("[1]", 0), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{a:1}", 1),
    ("{\"a\":1,}", 7), ("{\"a\":yes}", 5), ("{\"a\":+1}", 5), ("{\"a\":\"b", 7),
    ("{\"a\":[1,]}", 8),
    ("{\"a\":{\"b\"}}", 9), ("{\"a\":\"\n\"}", 6), ("{\"a\":\"\\", 7), ("{} 1", 3),
  ]) func whatIsNoJSONIsRefusedWithItsPlace(text: String, offset: Int) {
    #expect(throws: JSONText.Mistake(offset: offset)) { try objects(text) }
  }

  @Test func noDepthOverflowsTheStack() {
    let text = "{\"a\":" + String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONText.Mistake.self) { try objects(text) }
  }

  @Test func everyTruncationThrowsAndNoBytesTrap() throws {
    let text = Array(#"{"verdict":"anomalous","window":[{"state":"a","x":[1,{}]}],"y":null}"#.utf8)
    for length in 1..<text.count {
      #expect(throws: JSONText.Mistake.self) {
        var json = JSONText(Array(text[..<length]))
        while try json.nextObject() != nil {}
      }
    }
    var random = SplitMix64(seed: 5)
    var read = 0
    for _ in 0..<20_000 {
      var bytes = text
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      var json = JSONText(bytes)
      do throws(JSONText.Mistake) {
        while try json.nextObject() != nil { read += 1 }
      } catch {
        #expect((0...bytes.count + 1).contains(error.offset))
      }
    }
    #expect(read > 0)
  }
}
