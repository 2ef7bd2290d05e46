"""The written report 《服务质量评价报告》 and 表1: numbers from the indicators, sentences people may edit."""
